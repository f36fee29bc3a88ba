using ActorCron.Actors.Brokers;
using ActorCron.Actors.Working;
using ActorCron.Core.Jobs;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Working;
using Akka;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.TestKit;

namespace ActorCron.Actors.Tests.Working;

public sealed class QueueConsumerTests : TestKit
{
    private readonly CountingBroker _broker = new();
    private readonly RunningWork _work = new(_ => null, TimeSpan.FromSeconds(30), TimeProvider.System);
    private readonly TestProbe _worker;
    private readonly IActorRef _consumer;
    private readonly Queue<long> _held = new();
    private int _published;

    public QueueConsumerTests() : base("akka { loglevel = WARNING, stdout-loglevel = WARNING }")
    {
        _worker = CreateTestProbe();
        _worker.IgnoreMessages(message => message is Potential or ConsumerStarted);
        _consumer = _worker.ChildActorOf(Props.Create(() => new QueueConsumer("q", _broker, _work, TimeSpan.FromSeconds(10), TimeProvider.System)));
    }

    [Fact]
    public async Task A_busy_queue_keeps_its_streams_when_its_credit_grows_and_its_credit_is_never_exceeded()
    {
        await PublishAsync(20_000);
        Allow(8);
        await TakeAsync(8);

        Allow(64);
        await TakeAsync(56);
        // The oldest goes, the next comes, and all the others stay: as long as that, nothing is to be opened.
        while (_published > 0)
        {
            ReleaseOldest();
            await TakeAsync(1);
        }

        Assert.Equal(2, _broker.Opened);
        Assert.Equal(64, _held.Count);
    }

    [Fact]
    public async Task With_less_credit_nothing_comes_until_what_is_held_leaves_room()
    {
        await PublishAsync(100);
        Allow(8);
        await TakeAsync(8);

        Allow(2);
        await Eventually(ConsumersAsync, consumers => consumers == 0);
        for (var i = 0; i < 6; i++) ReleaseOldest();
        await NothingComesAsync();

        ReleaseOldest();
        await TakeAsync(1);
        await NothingComesAsync();
        Assert.Equal(2, _held.Count);
    }

    [Fact]
    public async Task A_queue_that_has_calmed_down_has_one_stream_with_all_of_the_credit()
    {
        await PublishAsync(16);
        Allow(8);
        await TakeAsync(8);
        Allow(16);
        await TakeAsync(8);
        Assert.Equal(2, await ConsumersAsync());

        while (_held.Count > 0) ReleaseOldest();
        await Eventually(() => Task.FromResult(_broker.Opened), opened => opened == 3);

        // A stream that was asked for takes a moment to be there.
        await Eventually(ConsumersAsync, consumers => consumers == 1);
        await PublishAsync(20);
        await TakeAsync(16);
        await NothingComesAsync();
    }

    [Fact]
    public async Task However_often_the_credit_of_a_busy_queue_grows_its_streams_are_few()
    {
        await PublishAsync(100);
        for (var credit = 1; credit <= 12; credit++)
        {
            Allow(credit);
            await TakeAsync(1);
            Assert.InRange(await ConsumersAsync(), 1, 4);
        }

        Assert.Equal(12, _held.Count);
    }

    private void Allow(int credit) => _consumer.Tell(new SetCredit("q", credit), _worker);

    private void ReleaseOldest() => _consumer.Tell(new SettleDelivery("q", _held.Dequeue(), Core.Working.Settlement.Ack), _worker);

    private async Task TakeAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _held.Enqueue((await _worker.ExpectMsgAsync<DeliveryTaken>(Soon)).Number);
            _published--;
        }
    }

    // Long enough for a stream to be opened that should not be.
    private Task NothingComesAsync() => _worker.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(500)).AsTask();

    private async Task<int> ConsumersAsync() => (await _broker.GetDepthAsync("q", default))!.Consumers;

    private async Task PublishAsync(int count)
    {
        var items = Enumerable.Range(0, count).Select(i => new DispatchItem(new RunSpec
        {
            Id = $"run-{Guid.NewGuid():N}", User = "rob", Queue = "q", ScheduledFor = DateTimeOffset.UnixEpoch, Trigger = RunTrigger.Manual, Job = new JobSpec("noop", "{}"),
        }, 1, 1));
        await Source.From(items).Via(_broker.Publish()).RunWith(Sink.Ignore<DispatchOutcome>(), Sys.Materializer());
        _published += count;
    }

    /// <summary>The embedded broker, and how many streams of deliveries were asked of it.</summary>
    private sealed class CountingBroker : IRunBroker
    {
        private readonly EmbeddedBroker _broker = new();
        private int _opened;

        public int Opened => Volatile.Read(ref _opened);

        public bool IsDurable => _broker.IsDurable;

        public Source<RunDelivery, IDeliveryControl> Deliveries(string queue, int credit)
        {
            Interlocked.Increment(ref _opened);
            return _broker.Deliveries(queue, credit);
        }

        public Flow<DispatchItem, DispatchOutcome, NotUsed> Publish() => _broker.Publish();
        public Source<ResultDelivery, IDeliveryControl> Results() => _broker.Results();
        public Task<QueueDepth?> GetDepthAsync(string queue, CancellationToken cancellationToken) => _broker.GetDepthAsync(queue, cancellationToken);
        public Task<IReadOnlyList<DeadLetter>> GetDeadLettersAsync(int limit, CancellationToken cancellationToken) => _broker.GetDeadLettersAsync(limit, cancellationToken);
        public Task<long> CountDeadLettersAsync(CancellationToken cancellationToken) => _broker.CountDeadLettersAsync(cancellationToken);
        public Task<int> PurgeAsync(string queue, CancellationToken cancellationToken) => _broker.PurgeAsync(queue, cancellationToken);
        public Task PingAsync(CancellationToken cancellationToken) => _broker.PingAsync(cancellationToken);

        public Task<int> RequeueDeadLettersAsync(string? messageId, Func<string, Task<bool>> retry, CancellationToken cancellationToken) =>
            _broker.RequeueDeadLettersAsync(messageId, retry, cancellationToken);
    }
}
