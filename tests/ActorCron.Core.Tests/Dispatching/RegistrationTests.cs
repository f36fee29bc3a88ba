using ActorCron.Core.Dispatching;
using ActorCron.Core.Jobs;
using ActorCron.Core.Batches;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using static ActorCron.Core.Tests.Dispatching.Bench;

namespace ActorCron.Core.Tests.Dispatching;

public class RegistrationTests
{
    private readonly Bench _bench = new(new DispatchSettings { Shards = 16, MaxChunk = 2 });

    private RegisterAll Tick(int shards, int each) => new(Start, [.. OnDifferentShards(_bench.Settings).Take(shards)
        .SelectMany(schedule => Enumerable.Range(0, each).Select(i => new NewRun(Run($"{schedule}@{i}"), null)))]);

    private List<RegisterRuns> Asked => [.. _bench.ToShards<RegisterRuns>()];

    [Fact]
    public void A_shards_chunks_go_one_after_another_and_eight_shards_side_by_side()
    {
        _bench.Tell(Tick(shards: 12, each: 3), Scheduler);
        Assert.Equal(8, Asked.Count);
        Assert.Equal(8, Asked.Select(asked => asked.Shard).Distinct().Count());

        for (var i = 0; i < Asked.Count; i++)
        {
            Assert.Empty(_bench.To<AllRegistered>(Scheduler));
            _bench.Answer(Asked[i]);
        }

        Assert.Equal(24, Asked.Count);
        Assert.All(Asked.GroupBy(asked => asked.Shard), shard =>
            Assert.Equal(["0", "1", "2"], shard.SelectMany(asked => asked.Runs).Select(run => run.Spec.Id.Split('@')[1])));
        Assert.Equal(Start, Assert.Single(_bench.To<AllRegistered>(Scheduler)).Through);
        Assert.All(Asked, asked => Assert.Equal(7, asked.Epoch));
    }

    [Fact]
    public void Shards_that_do_not_answer_make_room_for_others()
    {
        _bench.Tell(Tick(shards: 16, each: 1), Scheduler);
        _bench.Pass(3.1);

        Assert.Equal(16, Asked.Select(asked => asked.Shard).Distinct().Count());
    }

    [Fact]
    public void What_is_not_answered_is_asked_again_under_its_number_until_it_is()
    {
        _bench.Tell(Tick(shards: 1, each: 1), Scheduler);
        _bench.Pass(120);

        Assert.InRange(Asked.Count, 24, 40);
        Assert.Single(Asked.Select(asked => asked.Request).Distinct());
        Assert.Empty(_bench.To<AllRegistered>(Scheduler));

        // The first question's answer, long on its way, counts; the others say the same.
        foreach (var asked in Asked) _bench.Answer(asked);
        Assert.Single(_bench.To<AllRegistered>(Scheduler));
        var before = Asked.Count;
        _bench.Pass(60);
        Assert.Equal(before, Asked.Count);
    }

    [Fact]
    public void An_answer_to_something_else_counts_for_nothing()
    {
        _bench.Tell(Tick(shards: 1, each: 1), Scheduler);
        _bench.Tell(new RunsRegistered(Asked[0].Shard, [], 0));
        _bench.Tell(new RunsRegistered(Asked[0].Shard, [], Asked[0].Request + 1));

        Assert.Empty(_bench.To<AllRegistered>(Scheduler));
    }

    [Fact]
    public void A_tick_that_is_said_twice_is_done_once_and_an_empty_one_at_once()
    {
        _bench.Tell(Tick(shards: 2, each: 1), Scheduler);
        _bench.Tell(Tick(shards: 2, each: 1), Scheduler);
        Assert.Equal(2, Asked.Count);

        _bench.Tell(new RegisterAll(Start.AddMinutes(1), []), Scheduler);

        Assert.Equal(Start.AddMinutes(1), Assert.Single(_bench.To<AllRegistered>(Scheduler)).Through);
    }

    [Fact]
    public void Runs_with_much_text_are_asked_for_in_smaller_chunks()
    {
        var bench = new Bench(new DispatchSettings { Shards = 1, MaxChunkBytes = 1000 });
        var large = Run("s@1") with { Job = new JobSpec("noop", new string('x', 5000)) };
        bench.Tell(new RegisterAll(Start, New(Run("s@0"), large, Run("s@2"), Run("s@3"))), Scheduler);
        for (var i = 0; i < bench.ToShards<RegisterRuns>().Count(); i++) bench.Answer(bench.ToShards<RegisterRuns>().ElementAt(i));

        Assert.Equal([1, 1, 2], bench.ToShards<RegisterRuns>().Select(asked => asked.Runs.Length));
    }

    // In 0.1.0 one chunk that failed lost the others: on record, and nobody handed them over.
    [Fact]
    public void Of_a_request_in_several_chunks_one_that_is_not_answered_loses_none_of_the_others()
    {
        var schedules = OnDifferentShards(_bench.Settings);
        _bench.Tell(new DispatchRuns(New(Run($"{schedules[0]}@1"), Run($"{schedules[1]}@1"), Run($"{schedules[2]}@1")), AwaitDispatch: false), Asker);
        _bench.Answer(Asked[0]);
        _bench.Answer(Asked[2]);
        _bench.Pending(Run($"{schedules[0]}@1"));
        Assert.Equal([$"{schedules[0]}@1"], _bench.Published());
        Assert.Empty(_bench.To<IWireMessage>(Asker));

        _bench.Pass(13.1);

        Assert.StartsWith("2 of 3 runs are on record", Assert.Single(_bench.To<Unavailable>(Asker)).Reason, StringComparison.Ordinal);
        // The late ones are published when their shard says so, whatever was answered.
        _bench.Answer(Asked[1]);
        _bench.Pending(Run($"{schedules[1]}@1"), Run($"{schedules[2]}@1"));
        Assert.Equal(3, _bench.Published().Count);
        Assert.Empty(_bench.To<RunsDispatched>(Asker));
        var asked = Asked.Count;
        _bench.Pass(60);
        Assert.Equal(asked, Asked.Count);
    }

    [Fact]
    public void Whoever_backfills_hears_what_became_of_each_run()
    {
        _bench.Tell(new DispatchRuns(New(Run("s@1"), Run("s@2"), Run("s@3")), AwaitDispatch: false), Asker);
        _bench.Answer(Asked[0], RegistrationKind.Held);
        _bench.Answer(Asked[1], RegistrationKind.Duplicate);

        Assert.Equal([RegistrationKind.Held, RegistrationKind.Held, RegistrationKind.Duplicate], Assert.Single(_bench.To<RunsDispatched>(Asker)).Runs.Select(run => run.Kind));
        _bench.Pass(60);
        Assert.Empty(_bench.To<Unavailable>(Asker));
    }

    [Theory]
    [InlineData("registered pending confirmed")]
    [InlineData("pending registered confirmed")]
    [InlineData("pending confirmed registered")]
    public void Whoever_triggers_is_answered_once_the_run_is_on_record_and_with_the_broker_in_whatever_order_that_is_heard(string order)
    {
        _bench.Tell(new DispatchRuns(New(Run("s@1")), AwaitDispatch: true), Asker);
        var news = order.Split(' ');
        foreach (var what in news)
        {
            Assert.Empty(_bench.To<RunsDispatched>(Asker));
            if (what == "registered") _bench.Answer(Asked[0]);
            else if (what == "pending") _bench.Pending(Run("s@1"));
            else _bench.Confirm("s@1");
        }

        Assert.Single(_bench.To<RunsDispatched>(Asker));
        _bench.Pass(60);
        Assert.Single(_bench.To<RunsDispatched>(Asker));
    }

    [Fact]
    public void Whoever_triggers_waits_fifteen_seconds_for_the_broker_at_most()
    {
        _bench.Tell(new DispatchRuns(New(Run("s@1")), AwaitDispatch: true), Asker);
        _bench.Answer(Asked[0]);
        _bench.Pass(14.9);
        Assert.Empty(_bench.To<RunsDispatched>(Asker));

        _bench.Pass(0.2);

        Assert.Single(_bench.To<RunsDispatched>(Asker));
    }

    [Theory]
    [InlineData(RegistrationKind.Held)]
    [InlineData(RegistrationKind.Skipped)]
    [InlineData(RegistrationKind.Known)]
    public void Whoever_triggers_does_not_wait_for_a_run_that_will_not_go_now(RegistrationKind kind)
    {
        _bench.Tell(new DispatchRuns(New(Run("s@1")), AwaitDispatch: true), Asker);
        _bench.Answer(Asked[0], kind);

        Assert.Equal(kind, Assert.Single(_bench.To<RunsDispatched>(Asker)).Runs.Single().Kind);
    }

    [Fact]
    public void Nobody_waits_for_the_message_of_a_batch_which_has_none()
    {
        _bench.Tell(new DispatchRuns(New(Run("s@1") with { Job = new JobSpec(BatchJob.Type, "{}") }), AwaitDispatch: true), Asker);
        _bench.Answer(Asked[0]);

        Assert.Single(_bench.To<RunsDispatched>(Asker));
    }

    [Fact]
    public void Whoever_triggers_a_run_that_is_cancelled_meanwhile_is_answered()
    {
        _bench.Tell(new DispatchRuns(New(Run("s@1")), AwaitDispatch: true), Asker);
        _bench.Answer(Asked[0]);
        _bench.Withdraw("s@1");

        Assert.Single(_bench.To<RunsDispatched>(Asker));
    }

    [Fact]
    public void Behind_a_backlog_nobody_waits()
    {
        var bench = new Bench(new DispatchSettings { Shards = 1, ConfirmWindow = 1 });
        bench.Pending([.. Enumerable.Range(0, 5).Select(i => Run($"s@{i}"))]);
        bench.Tell(new DispatchRuns(New(Run("s@new")), AwaitDispatch: true), Asker);
        bench.Answer(bench.ToShards<RegisterRuns>().Single());

        Assert.Single(bench.To<RunsDispatched>(Asker));
    }
}
