using ActorCron.Actors.Brokers;
using ActorCron.Core.Jobs;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;

namespace ActorCron.Actors.Tests.Brokers;

public sealed class EmbeddedDeadLetterTests
{
    private readonly EmbeddedDeadLetters _letters = new();

    [Fact]
    public void Beyond_the_bound_the_oldest_goes()
    {
        for (var i = 0; i <= EmbeddedDeadLetters.Most; i++) _letters.Add(Item($"r{i}"), "why");

        Assert.Equal(EmbeddedDeadLetters.Most, _letters.Count);
        Assert.Equal(EmbeddedDeadLetters.Most, _letters.CountOf("q"));
        Assert.Equal("r1", _letters.Oldest(1)[0].Item.Spec.Id);
    }

    [Fact]
    public void One_is_taken_once()
    {
        _letters.Add(Item("r"), "why");
        var found = Assert.Single(Assert.Single(_letters.ByMessage("r")));

        Assert.True(_letters.TryTake(found));
        Assert.False(_letters.TryTake(found));
        Assert.Equal(0, _letters.CountOf("q"));
    }

    private static DispatchItem Item(string id) => new(new RunSpec
    {
        Id = id, User = "rob", Queue = "q", ScheduledFor = DateTimeOffset.UnixEpoch, Trigger = RunTrigger.Manual, Job = new JobSpec("noop", "{}"),
    }, 1, 1);
}
