using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Shards;
using ActorCron.Core.Tests.Runs;
using static ActorCron.Core.Tests.Runs.Books;

namespace ActorCron.Core.Tests.Shards;

/// <summary>Many runs of one schedule, and edits of its policy.</summary>
public class ScheduleLineTests
{
    private readonly Books _books = new();

    [Fact]
    public void A_released_run_has_a_fence_above_those_of_all_attempts_that_it_waited_for()
    {
        var first = _books.Register(Spec(1, OverlapPolicy.Queue));
        var second = _books.Register(Spec(2, OverlapPolicy.Queue));
        _books.Begin(first);
        _books.Lose(first);
        var retried = _books[first].Run.Fence;
        _books.Begin(first);

        _books.End(first);

        Assert.True(_books[second].Run.Fence > retried, $"released with fence {_books[second].Run.Fence}, after {retried}");
        Assert.True(_books[second].Run.Fence > _books[first].Run.Fence);
    }

    [Fact]
    public void A_release_of_an_earlier_version_keeps_the_fence_of_the_registration()
    {
        var first = _books.Register(Spec(1, OverlapPolicy.Queue));
        var second = _books.Register(Spec(2, OverlapPolicy.Queue));
        var fence = _books[second].Run.Fence;
        _books.Do([new RunEvent.AttemptEnded(first, _books.Now, 1, RunState.Succeeded, null, null, null, null),
            new RunEvent.RunReleased(second, _books.Now)]);

        Assert.Equal((false, fence), (_books[second].Held, _books[second].Run.Fence));
    }

    [Fact]
    public void Questions_change_nothing_so_that_asking_twice_is_answered_alike()
    {
        var first = _books.Register(Spec(1, OverlapPolicy.Queue));
        var held = _books.Register(Spec(2, OverlapPolicy.Queue));

        Assert.Equal(_books.Ledger.Register(Spec(3), null, _books.Now), _books.Ledger.Register(Spec(3), null, _books.Now));
        Assert.Equal(_books.Ledger.Start(first, 1, "n", 1, "o", _books.Now), _books.Ledger.Start(first, 1, "n", 1, "o", _books.Now));
        Assert.Equal(_books.Ledger.Cancel(first, "x", _books.Now), _books.Ledger.Cancel(first, "x", _books.Now));
        Assert.True(_books[held].Held);
    }

    // While one is held the schedule is edited: its later runs may overlap, and there is always one under way.
    [Theory]
    [InlineData(RunTrigger.Schedule)]
    [InlineData(RunTrigger.Backfill)]
    public void A_held_run_is_released_though_later_runs_that_may_overlap_never_pause(RunTrigger trigger)
    {
        var first = _books.Register(Spec(1, OverlapPolicy.Queue));
        _books.Begin(first);
        var held = _books.Register(Spec(2, OverlapPolicy.Queue, trigger: trigger));
        var overlapping = _books.Register(Spec(3));
        _books.Begin(overlapping);

        _books.End(first);

        Assert.False(_books[held].Held);
    }

    [Fact]
    public void A_held_run_waits_for_earlier_runs_that_were_allowed_to_overlap()
    {
        var early = Enumerable.Range(1, 3).Select(minute => _books.Register(Spec(minute))).ToList();
        var held = _books.Register(Spec(4, OverlapPolicy.Queue));
        foreach (var run in early)
        {
            Assert.True(_books[held].Held);
            _books.Execute(run);
        }

        Assert.False(_books[held].Held);
    }

    [Fact]
    public void A_shard_that_finds_a_held_run_with_nothing_in_its_way_releases_it_when_it_starts()
    {
        var bench = new ShardBench();
        var first = bench.Register(Spec(1, OverlapPolicy.Queue));
        var second = bench.Register(Spec(2, OverlapPolicy.Queue));
        bench.Journal.Add(new RunEvent.AttemptEnded(first, bench.Utc, 1, RunState.Succeeded, null, null, null, null));

        bench.Restart().Wake(2);

        Assert.Equal([second], bench.HandedOver());
    }

    // Bytes, not seconds: what a run costs must not grow with how many there are.
    [Theory]
    [InlineData(OverlapPolicy.Queue)]
    [InlineData(OverlapPolicy.Allow)]
    public void A_run_costs_the_same_whether_its_schedule_has_two_thousand_or_twenty_thousand(OverlapPolicy overlap)
    {
        Cost(overlap, 200);
        var (few, many) = (Cost(overlap, 2_000), Cost(overlap, 20_000));

        Assert.True(many.Bytes < 1.5 * few.Bytes, $"{few.Bytes:0} bytes a run of 2,000, {many.Bytes:0} of 20,000");
    }

    [Fact]
    public void A_hundred_thousand_backfilled_runs_that_must_not_overlap_are_worked_off_one_by_one()
    {
        Assert.Equal(100_000, Cost(OverlapPolicy.Queue, 100_000).Ended);
    }

    // Registered in lots, then executed as they are handed over, and forgotten.
    private static (double Bytes, int Ended) Cost(OverlapPolicy overlap, int runs)
    {
        var shard = new RunShard(0, RunShardSettings.Default(true));
        var (decision, now, ended) = (new Decision<RunEvent>(), new Moment(Start, TimeSpan.Zero), 0);
        var waiting = new Queue<DispatchItem>();
        var lots = Enumerable.Range(0, runs)
            .Select(minute => new NewRun(Spec(minute, overlap, trigger: RunTrigger.Backfill), null)).Chunk(200).ToList();
        Step(new Wake(0, 1));
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var lot in lots)
        {
            Step(new RegisterRuns(0, [.. lot]));
            if (decision.AtOnce.OfType<AskHistory>().SingleOrDefault() is { } ask)
                Step(new HistoryAnswered(ask.Question, new HashSet<string>(), new HashSet<string>()));
        }
        while (waiting.TryDequeue(out var item))
        {
            var id = item.Spec.Id;
            Step(new MarkPublished(0, [new AttemptKey(id, 1)]));
            Step(new OfferRun(0, id, 1, "o", "n:1", 1, null));
            Step(new ReportAttempt(0, id, 1, "o", new AttemptResult(RunState.Succeeded)));
            Step(new HistoryWritten([new WrittenRun(id, shard.Ledger[id].Run.Revision)]));
            ended++;
        }
        Assert.Equal(0, shard.Ledger.Count);
        return ((double)(GC.GetAllocatedBytesForCurrentThread() - before) / runs, ended);

        void Step(object message)
        {
            decision.Clear();
            shard.Step(message, new Address("x"), now, decision);
            foreach (var effect in decision.Effects)
                if (effect is Effect.Send { Message: PendingRuns pending })
                    foreach (var item in pending.Items)
                        if (!shard.Ledger[item.Spec.Id].Published) waiting.Enqueue(item);
            // Handed over in bounded messages: the rest comes with the timer.
            var isMore = decision.AtOnce.Any(effect => effect is Effect.Arm { Timer: "outbox", After.TotalMilliseconds: < 100 });
            if (isMore && message is not Due) Step(new Due("outbox"));
        }
    }
}
