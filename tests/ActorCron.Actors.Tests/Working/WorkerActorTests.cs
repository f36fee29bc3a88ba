using System.Collections.Concurrent;
using ActorCron.Actors.Brokers;
using ActorCron.Actors.Working;
using ActorCron.Core.Jobs;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Working;
using Akka;
using Akka.Actor;
using Akka.Cluster;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.TestKit;

namespace ActorCron.Actors.Tests.Working;

/// <summary>What the worker's shell does when a message comes twice, a consumer fails, or it is itself started again.</summary>
public sealed class WorkerActorTests : TestKit
{
    private readonly EmbeddedBroker _broker = new();
    private readonly Handler _handler = new();
    private readonly TestProbe _shards;
    private readonly TestProbe _scheduler;
    private readonly IActorRef _worker;

    public WorkerActorTests() : base("""
        akka { loglevel = ERROR, stdout-loglevel = ERROR }
        akka.actor.provider = cluster
        akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
        """)
    {
        var cluster = Cluster.Get(Sys);
        cluster.Join(cluster.SelfAddress);
        AwaitCondition(() => cluster.State.Members.Any(member => member.Status == MemberStatus.Up), TimeSpan.FromSeconds(60));
        _shards = CreateTestProbe();
        _scheduler = CreateTestProbe();
        var settings = new SlotSettings(["q"], 4, 0, 16, new HashSet<string>(), TimeSpan.FromSeconds(30));
        var work = new RunningWork(type => type == "known" ? _handler : null, settings.CancelGrace, TimeProvider.System);
        var (shards, scheduler, broker) = (_shards.Ref, _scheduler.Ref, _broker);
        Action onMaxRuns = () => { };
        var props = Props.Create(() => new WorkerActor(settings, broker, shards, scheduler, work, onMaxRuns, TimeProvider.System));
        _worker = Sys.ActorOf(Props.Create(() => new Parent(props)), "parent").Ask<IActorRef>("child").GetAwaiter().GetResult();
    }

    [Fact]
    public async Task An_order_that_comes_twice_is_executed_once()
    {
        await PublishAsync("r");
        var offer = _shards.FishForMessage<OfferRun>(_ => true);
        _worker.Tell(OrderOf(offer), _shards);
        _worker.Tell(OrderOf(offer), _shards);

        (await _handler.BegunAsync()).TrySetResult(JobResult.Succeeded);
        Assert.Equal(RunState.Succeeded, _shards.FishForMessage<ReportAttempt>(_ => true).Result.State);
        _worker.Tell(new ReportStored("r", 1, offer.Offer), _shards);
        AwaitCondition(() => _worker.Ask<WorkerLoad>(GetLoad.Instance).Result.Queues[0].Taken == 0, TimeSpan.FromSeconds(60));
        Assert.Equal(1, _handler.Count);
    }

    [Fact]
    public async Task A_handler_that_ends_after_the_worker_was_started_again_is_reported_under_its_offer_and_not_executed_again()
    {
        await PublishAsync("r");
        var offer = _shards.FishForMessage<OfferRun>(_ => true);
        _worker.Tell(OrderOf(offer), _shards);
        var end = await _handler.BegunAsync();

        _worker.Tell(Kill.Instance);
        // The broker delivers again what the consumer had; the shard has it as running.
        var again = _shards.FishForMessage<OfferRun>(asked => asked.Offer != offer.Offer);
        _worker.Tell(new OfferDeclined("r", again.Offer, "its state is Running"), _shards);
        _worker.Tell(new ConfirmRunning(again.Shard, [new AttemptKey("r", 1)]), _shards);
        end.TrySetResult(JobResult.Succeeded);

        var report = _shards.FishForMessage(message => message is ReportAttempt or DisownAttempts);
        Assert.Equal(offer.Offer, Assert.IsType<ReportAttempt>(report).Offer);
        Assert.Equal(1, _handler.Count);
    }

    [Fact]
    public async Task An_end_that_is_not_known_as_stored_is_reported_by_the_worker_s_next_life()
    {
        await PublishAsync("r");
        var offer = _shards.FishForMessage<OfferRun>(_ => true);
        _worker.Tell(OrderOf(offer), _shards);
        (await _handler.BegunAsync()).TrySetResult(JobResult.Succeeded);
        _shards.FishForMessage<ReportAttempt>(_ => true);

        _worker.Tell(Kill.Instance);

        Assert.Equal(offer.Offer, _shards.FishForMessage<ReportAttempt>(_ => true).Offer);
        Assert.Equal(1, _handler.Count);
    }

    [Fact]
    public async Task A_consumer_that_fails_is_started_again_and_takes_deliveries_under_numbers_of_its_own()
    {
        await PublishAsync("a");
        var first = _shards.FishForMessage<OfferRun>(_ => true);
        Sys.ActorSelection(_worker.Path / "queue-0").Tell(Kill.Instance);
        var again = _shards.FishForMessage<OfferRun>(asked => asked.Offer != first.Offer);

        // The answer to the first offer settles nothing of what the new consumer has.
        _worker.Tell(new OfferDeclined("a", first.Offer, "why"), _shards);
        _worker.Tell(OrderOf(again), _shards);
        (await _handler.BegunAsync()).TrySetResult(JobResult.Succeeded);

        Assert.Equal(again.Offer, _shards.FishForMessage<ReportAttempt>(_ => true).Offer);
        await Eventually(() => _broker.GetDepthAsync("q", default), depth => depth is { Messages: 0, Consumers: 1 });
    }

    [Fact]
    public async Task A_drain_goes_on_when_the_worker_is_started_again()
    {
        await PublishAsync("r");
        var offer = _shards.FishForMessage<OfferRun>(_ => true);
        _worker.Tell(OrderOf(offer), _shards);
        var end = await _handler.BegunAsync();
        var drained = _worker.Ask<Done>(Drain.Instance);
        _worker.Tell(Kill.Instance);
        end.TrySetResult(JobResult.Succeeded);
        var report = _shards.FishForMessage<ReportAttempt>(_ => true);
        Assert.False(drained.IsCompleted);

        _worker.Tell(new ReportStored("r", report.Attempt, report.Offer), _shards);
        await drained.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task What_a_handler_prints_can_be_read_while_it_runs()
    {
        await PublishAsync("r");
        _worker.Tell(OrderOf(_shards.FishForMessage<OfferRun>(_ => true)), _shards);
        await _handler.BegunAsync();

        Assert.Equal("begun\n", (await _worker.Ask<RunOutput>(new GetOutput("r", 1))).Output);
        Assert.Null((await _worker.Ask<RunOutput>(new GetOutput("r", 2))).Output);
    }

    [Fact]
    public async Task A_job_type_that_the_node_does_not_have_is_buried()
    {
        await PublishAsync("r", type: "unknown");

        Assert.Equal("unknown job type 'unknown'", _shards.FishForMessage<BuryRun>(_ => true).Reason);
        await Eventually(() => _broker.CountDeadLettersAsync(default), count => count == 1);
    }

    private static ExecuteRun OrderOf(OfferRun offer) => new(offer.RunId, offer.Offer, SpecOf(offer.RunId, "known"), offer.Attempt, 1);

    private static RunSpec SpecOf(string id, string type) => new()
    {
        Id = id, User = "rob", Queue = "q", ScheduledFor = DateTimeOffset.UnixEpoch, Trigger = RunTrigger.Manual,
        Job = new JobSpec(type, "{}"),
    };

    private Task PublishAsync(string id, string type = "known") =>
        Source.Single(new DispatchItem(SpecOf(id, type), 1, 1)).Via(_broker.Publish())
            .RunWith(Sink.Ignore<DispatchOutcome>(), Sys.Materializer());

    /// <summary>Starts its child again whatever it dies of.</summary>
    private sealed class Parent : ReceiveActor
    {
        public Parent(Props child)
        {
            var worker = Context.ActorOf(child, "worker");
            ReceiveAny(_ => Sender.Tell(worker));
        }

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Restart);
    }

    /// <summary>Ends when the test says so.</summary>
    private sealed class Handler : IJobHandler
    {
        private readonly BlockingCollection<TaskCompletionSource<JobResult>> _begun = [];
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public Task<TaskCompletionSource<JobResult>> BegunAsync() => Task.Run(() =>
            _begun.TryTake(out var begun, TimeSpan.FromSeconds(60)) ? begun : throw new TimeoutException("No handler was started."));

        public Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _count);
            context.Output.AppendLine("begun");
            var end = new TaskCompletionSource<JobResult>(TaskCreationOptions.RunContinuationsAsynchronously);
            _begun.Add(end, CancellationToken.None);
            return end.Task;
        }
    }
}
