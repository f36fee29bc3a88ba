using ActorCron.Core.Runs;
using ActorCron.Core.Shards;
using ActorCron.Core.Tests.Runs;
using static ActorCron.Core.Tests.Runs.Books;

namespace ActorCron.Core.Tests.Shards;

public class LedgerBoundsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_many_schedules_with_one_occurrence_the_oldest_are_dropped_and_the_history_is_asked_for_them(bool fromSnapshot)
    {
        var ledger = new RunLedger(maxLatest: 100);
        var events = Enumerable.Range(0, 1000)
            .SelectMany(i => ledger.Register(Spec(i, schedule: $"once-{i}"), null, Start).Select(e => (ledger.Apply(e), e).e)).ToList();
        var restored = new RunLedger(maxLatest: 100);
        if (fromSnapshot) restored.Restore(ledger.ToSnapshot());
        else foreach (var e in events) restored.Apply(e);
        foreach (var run in restored.Runs.ToList())
        {
            var id = run.Run.Spec.Id;
            foreach (var end in restored.Cancel(id, "x", Start)) restored.Apply(end);
            restored.Forget(id);
        }

        Assert.InRange(ledger.ToSnapshot().Latest.Count, 50, 100);
        Assert.All(Enumerable.Range(0, 1000), i => Assert.True(restored.NeedsHistory(Spec(i, schedule: $"once-{i}")), $"{i}"));
        Assert.False(restored.NeedsHistory(Spec(1001, schedule: "once-3")));
        Assert.False(restored.NeedsHistory(Spec(1001, schedule: "never")));
        Assert.Equal(ledger.ToSnapshot().Latest, restored.ToSnapshot().Latest);
    }

    [Fact]
    public void Later_events_do_not_change_a_snapshot()
    {
        var books = new Books();
        var run = books.Register(Spec(1));
        var snapshot = books.Ledger.ToSnapshot();

        books.Execute(run);
        books.Register(Spec(2));

        var before = Assert.Single(snapshot.Runs);
        Assert.Equal(RunState.Dispatched, before.Run.State);
        Assert.Single(snapshot.Latest);
        Assert.Equal(Spec(1).ScheduledFor.ToUnixTimeSeconds(), snapshot.Latest[0].Second);
    }
}
