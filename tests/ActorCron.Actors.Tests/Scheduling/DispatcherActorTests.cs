using System.Collections.Concurrent;
using ActorCron.Actors.Brokers;
using ActorCron.Actors.Gateway;
using ActorCron.Actors.Scheduling;
using ActorCron.Core.Dispatching;
using ActorCron.Core.Jobs;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using Akka;
using Akka.Actor;
using Akka.Streams.Dsl;
using Akka.TestKit;
using Akka.TestKit.Xunit2;

namespace ActorCron.Actors.Tests.Scheduling;

public class DispatcherActorTests : TestKit
{
    private readonly ScriptedBroker _broker = new();
    private readonly TestProbe _shards;
    private readonly IActorRef _dispatcher;

    public DispatcherActorTests() : base("akka { loglevel = ERROR, stdout-loglevel = ERROR }")
    {
        _shards = CreateTestProbe();
        _shards.IgnoreMessages(message => message is Wake);
        _dispatcher = Sys.ActorOf(Props.Create(() => new DispatcherActor(1, _shards, _broker, new DispatchSettings { RegisterTimeout = TimeSpan.FromMilliseconds(300) }, TimeProvider.System)));
    }

    private static RunSpec Run(string id) => new()
    {
        Id = id,
        Schedule = "s",
        User = "rob",
        Queue = "default",
        ScheduledFor = DateTimeOffset.UnixEpoch,
        Trigger = RunTrigger.Schedule,
        Job = new JobSpec("noop", "{}"),
    };

    private void Pending(params string[] runs) =>
        _dispatcher.Tell(new PendingRuns(RunShards.Of("s@1"), [.. runs.Select(run => new DispatchItem(Run(run), 1, 1))]), _shards);

    private void ExpectMarked(params string[] runs)
    {
        var marked = new List<string>();
        // What was confirmed before it is handed over once more is told once more.
        while (marked.Distinct().Count() < runs.Length) marked.AddRange(_shards.ExpectMsg<MarkPublished>().Attempts.Select(attempt => attempt.Run));
        Assert.Equal(runs, marked.Distinct());
    }

    [Fact]
    public void What_a_shard_hands_over_is_published_and_told_also_when_it_says_so_twice()
    {
        Pending("s@1");
        Pending("s@1", "s@2");

        ExpectMarked("s@1", "s@2");
        Pending("s@1");
        ExpectMarked("s@1");
        Assert.Equal(["s@1", "s@2"], _broker.Published);
    }

    [Fact]
    public async Task A_stream_that_fails_is_opened_again_and_what_it_had_not_confirmed_is_published_again()
    {
        _broker.Answers = false;
        Pending("s@1", "s@2");
        await Eventually(() => Task.FromResult(_broker.Published.Count), count => count == 2);

        _broker.Answers = true;
        _broker.FailStream("the connection is lost");

        ExpectMarked("s@1", "s@2");
        Assert.Equal(2, _broker.Opened);
    }

    [Fact]
    public async Task A_stream_that_just_ends_is_opened_again()
    {
        await Eventually(() => Task.FromResult(_broker.Opened), count => count == 1);
        _broker.Answers = false;
        Pending("s@1");
        await Eventually(() => Task.FromResult(_broker.Published.Count), count => count == 1);

        _broker.Answers = true;
        _broker.FailStream(null);
        await Eventually(() => Task.FromResult(_broker.Opened), count => count == 2);
        Pending("s@2");

        ExpectMarked("s@1", "s@2");
    }

    [Fact]
    public void A_shard_that_is_slow_is_asked_again_and_its_first_answer_counts()
    {
        _dispatcher.Tell(new RegisterAll(DateTimeOffset.UnixEpoch, [new NewRun(Run("s@1"), null)]), TestActor);
        var first = _shards.ExpectMsg<RegisterRuns>();
        Assert.Equal(first.Request, _shards.ExpectMsg<RegisterRuns>().Request);

        _dispatcher.Tell(new RunsRegistered(first.Shard, [new Registration("s@1", RegistrationKind.New)], first.Request), _shards);
        _dispatcher.Tell(new RunsRegistered(first.Shard, [new Registration("s@1", RegistrationKind.Known)], first.Request), _shards);

        Assert.Equal(DateTimeOffset.UnixEpoch, ExpectMsg<AllRegistered>().Through);
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void Whoever_triggers_is_answered_when_the_broker_has_the_run()
    {
        _broker.Answers = false;
        _dispatcher.Tell(new DispatchRuns([new NewRun(Run("s@1"), null)], AwaitDispatch: true), TestActor);
        var asked = _shards.ExpectMsg<RegisterRuns>();
        _dispatcher.Tell(new RunsRegistered(asked.Shard, [new Registration("s@1", RegistrationKind.New)], asked.Request), _shards);
        Pending("s@1");
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));

        _broker.Answers = true;
        _broker.FailStream("once more");

        Assert.Equal("s@1", Assert.Single(ExpectMsg<RunsDispatched>().Runs).Id);
    }

    [Fact]
    public void A_run_that_nobody_takes_from_an_empty_queue_is_given_back_to_its_shard_and_a_broker_that_throws_is_asked_again()
    {
        var shard = RunShards.Of("s@1");
        _broker.Depth = () => throw new InvalidOperationException("away");
        _dispatcher.Tell(new UntakenRuns(shard, [new UntakenRun("s@1", 1, "default", DateTimeOffset.UnixEpoch)]), _shards);
        _dispatcher.Tell(new GetBacklogs(), TestActor);
        ExpectMsg<Backlogs>();

        _broker.Depth = () => null;
        AwaitAssert(() =>
        {
            _dispatcher.Tell(new UntakenRuns(shard, [new UntakenRun("s@1", 1, "default", DateTimeOffset.UnixEpoch)]), _shards);
            Assert.Equal(new AttemptKey("s@1", 1), Assert.Single(_shards.ExpectMsg<RedispatchRuns>(TimeSpan.FromMilliseconds(300)).Attempts));
        });
    }

    /// <summary>Confirms what is published, or keeps silent, or fails.</summary>
    private sealed class ScriptedBroker : IRunBroker
    {
        private readonly ConcurrentQueue<string> _published = new();
        private TaskCompletionSource<bool> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _opened;

        public volatile bool Answers = true;
        public Func<QueueDepth?> Depth { get; set; } = () => new QueueDepth(0, 1, 0);
        public int Opened => Volatile.Read(ref _opened);
        public IReadOnlyCollection<string> Published => _published;
        public bool IsDurable => true;

        /// <summary>Fails the open stream, or just ends it where there is no reason.</summary>
        public void FailStream(string? reason)
        {
            var ended = Interlocked.Exchange(ref _ended, new(TaskCreationOptions.RunContinuationsAsynchronously));
            if (reason is null) ended.SetResult(true);
            else ended.SetException(new InvalidOperationException(reason));
        }

        public Flow<DispatchItem, DispatchOutcome, NotUsed> Publish()
        {
            Interlocked.Increment(ref _opened);
            var ends = Source.FromTask(_ended.Task).Select(_ => (DispatchOutcome?)null).MapMaterializedValue(_ => NotUsed.Instance);
            return Flow.Create<DispatchItem>()
                .Select(item =>
                {
                    _published.Enqueue(item.Spec.Id);
                    return Answers ? new DispatchOutcome(item, null) : new DispatchOutcome(item with { Attempt = -1 }, null);
                })
                .Select(outcome => (DispatchOutcome?)outcome)
                .Merge(ends)
                .TakeWhile(outcome => outcome is not null)
                .Where(outcome => outcome!.Item.Attempt > 0)
                .Select(outcome => outcome!);
        }

        public Task<QueueDepth?> GetDepthAsync(string queue, CancellationToken cancellationToken) => Task.FromResult(Depth());
        public Source<RunDelivery, IDeliveryControl> Deliveries(string queue, int credit) => throw new NotSupportedException();
        public Source<ResultDelivery, IDeliveryControl> Results() => throw new NotSupportedException();
        public Task<IReadOnlyList<DeadLetter>> GetDeadLettersAsync(int limit, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task<long> CountDeadLettersAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task<int> PurgeAsync(string queue, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task PingAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task<int> RequeueDeadLettersAsync(string? messageId, Func<string, Task<bool>> retry, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
