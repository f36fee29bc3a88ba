using ActorCron.Actors.Brokers;
using ActorCron.Core.Documents;
using ActorCron.Core.Messages;
using ActorCron.Streams.Amqp;
using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorCron.Actors.RabbitMq;

/// <summary>Carries runs over RabbitMQ as contract section 8 has it. Holds two connections, one to publish and one for the rest, made when
/// first needed; a broker that is away fails the streams, whose owners open them again. Dispose it after the streams.</summary>
public sealed class RabbitRunBroker : IRunBroker, IAsyncDisposable
{
    private const int MostUnconfirmed = 1000;

    private readonly RabbitMqBrokerSettings _settings;
    private readonly RabbitTopology _topology;
    private readonly AmqpConnectionProvider _provider;
    private readonly DeadLetterOutlet _outlet;
    private readonly DeadLetterShelf _shelf;
    private readonly RabbitProbe _probe;
    private readonly TimeProvider _time;

    /// <summary>Prepares; connects to nothing yet.</summary>
    /// <exception cref="ArgumentException">A connection setting is out of bounds.</exception>
    public RabbitRunBroker(RabbitMqBrokerSettings settings, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _time = time ?? TimeProvider.System;
        _topology = new RabbitTopology(settings);
        _provider = new AmqpConnectionProvider(settings.Connection);
        _outlet = new DeadLetterOutlet(_provider, _topology, _time);
        _shelf = new DeadLetterShelf(_provider, _topology, _time);
        _probe = new RabbitProbe(_provider, _topology, _time);
    }

    public bool IsDurable => true;

    public Flow<DispatchItem, DispatchOutcome, NotUsed> Publish()
    {
        // Of this stream: when it comes again after a failure, everything is declared again.
        var declared = new DeclaredQueues(_provider, _topology, _time);
        var publish = AmqpFlow.WithConfirms<DispatchItem>(_provider, new AmqpPublishSettings { Window = MostUnconfirmed })
            .MapMaterializedValue(_ => NotUsed.Instance);

        return Flow.FromGraph(GraphDsl.Create(builder =>
        {
            var prepare = builder.Add(Flow.Create<DispatchItem>()
                .SelectAsync(1, async item => (Item: item, Refusal: await declared.EnsureAsync(item.Spec.Queue)))
                // A task that failed before the stage looks at it comes wrapped.
                .SelectError(cause => cause is AggregateException wrapped ? wrapped.GetBaseException() : cause));
            var either = builder.Add(new Partition<(DispatchItem Item, string? Refusal)>(2, prepared => prepared.Refusal is null ? 0 : 1));
            var both = builder.Add(new Merge<DispatchOutcome>(2));
            builder.From(prepare.Outlet).To(either.In);
            builder.From(either.Out(0))
                .Via(Flow.Create<(DispatchItem Item, string? Refusal)>().Select(prepared =>
                    (RunMessageCodec.Write(prepared.Item, _topology.Jobs, _settings.Persistent, _time.GetUtcNow()), prepared.Item)))
                .Via(publish)
                // The flow fails after these: that is their answer.
                .Via(Flow.Create<(PublishOutcome Outcome, DispatchItem Context)>().Where(result => result.Outcome is not PublishOutcome.Lost)
                    .Select(result => OutcomeOf(result.Context, result.Outcome, declared)))
                .To(both.In(0));
            builder.From(either.Out(1))
                .Via(Flow.Create<(DispatchItem Item, string? Refusal)>().Select(refused => new DispatchOutcome(refused.Item, refused.Refusal)))
                .To(both.In(1));
            return new FlowShape<DispatchItem, DispatchOutcome>(prepare.Inlet, both.Out);
        }));
    }

    public Source<RunDelivery, IDeliveryControl> Deliveries(string queue, int credit)
    {
        var name = _topology.NameOf(queue);
        _probe.Serves(queue);
        return Consume<RunDelivery>(name, _topology.Queue(queue), credit, (message, settling) =>
            RunMessageCodec.TryRead(message, queue, _time.GetUtcNow(), out var spec, out var attempt, out var problem)
                ? (new RabbitRunDelivery(settling) { Spec = spec, Attempt = attempt }, null)
                : (null, problem));
    }

    public Source<ResultDelivery, IDeliveryControl> Results() =>
        Consume<ResultDelivery>(RabbitTopology.Results, _topology.ResultsAndDeadLetters, _settings.ResultsPrefetch, (message, settling) =>
            ResultMessageCodec.TryRead(message, out var result, out var problem)
                ? (new RabbitResultDelivery(settling)
                {
                    RunId = result.RunId,
                    Attempt = result.Attempt,
                    HasEnded = result.Outcome != ResultOutcome.Running,
                    Result = ResultMessageCodec.ResultOf(result),
                    Worker = ResultMessageCodec.WorkerOf(result, message),
                }, null)
                : (null, problem));

    public async Task<QueueDepth?> GetDepthAsync(string queue, CancellationToken cancellationToken)
    {
        var depth = await _provider.QueueDepthAsync(_topology.NameOf(queue), cancellationToken);
        return depth is null ? null : new QueueDepth(depth.Messages, (int)depth.Consumers, await _shelf.CountAsync(queue, cancellationToken));
    }

    public Task<IReadOnlyList<DeadLetter>> GetDeadLettersAsync(int limit, CancellationToken cancellationToken) => _shelf.ListAsync(limit, cancellationToken);

    public Task<long> CountDeadLettersAsync(CancellationToken cancellationToken) => _shelf.TotalAsync(cancellationToken);

    public Task<int> RequeueDeadLettersAsync(string? messageId, Func<string, Task<bool>> retry, CancellationToken cancellationToken) => _shelf.RequeueAsync(messageId, retry, cancellationToken);

    public async Task<int> PurgeAsync(string queue, CancellationToken cancellationToken)
    {
        try
        {
            return (int)await _provider.PurgeQueueAsync(_topology.NameOf(queue), cancellationToken);
        }
        catch (AmqpTopologyException cause) when (cause.ReplyCode == 404)
        {
            return 0;
        }
    }

    /// <inheritdoc/>
    public Task PingAsync(CancellationToken cancellationToken) => _probe.RunAsync(cancellationToken);

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    private static DispatchOutcome OutcomeOf(DispatchItem item, PublishOutcome outcome, DeclaredQueues declared)
    {
        if (outcome is PublishOutcome.Returned) declared.Forget(item.Spec.Queue);
        return new DispatchOutcome(item, outcome switch
        {
            PublishOutcome.Confirmed => null,
            PublishOutcome.Nacked => "the broker refused it: its queue is full or goes down",
            PublishOutcome.Returned returned => $"no queue took it ({returned.Text}); its queue is declared again",
            PublishOutcome.TimedOut => "the broker did not confirm it in time",
            PublishOutcome.Invalid invalid => $"it cannot be written as a message: {invalid.Reason}",
            var unknown => throw new ArgumentOutOfRangeException(nameof(outcome), unknown, "Unknown outcome."),
        });
    }

    private Source<T, IDeliveryControl> Consume<T>(string queue, IReadOnlyList<AmqpDeclaration> declarations, int credit,
        Func<CommittableMessage, Settling, (T? Delivery, MessageProblem? Problem)> read) where T : class
    {
        var settings = new AmqpSourceSettings(queue)
        {
            Declarations = declarations,
            Prefetch = (ushort)Math.Clamp(credit, 1, ushort.MaxValue),
            // Whoever cancels the stream has given up its deliveries: others get them at once.
            SettleTimeout = TimeSpan.Zero,
        };
        return AmqpSource.Committable(_provider, settings)
            .ViaMaterialized(new DecodeStage<T>(queue, _outlet, read), (source, ledger) => (IDeliveryControl)new RabbitDeliveryControl(source, ledger, _time));
    }
}
