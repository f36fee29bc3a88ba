using System.Diagnostics.CodeAnalysis;
using ActorCron.Streams.Amqp;

namespace ActorCron.Actors.RabbitMq;

/// <summary>The exchanges and queues of contract section 8, and their names.</summary>
public sealed class RabbitTopology(RabbitMqBrokerSettings settings)
{
    /// <summary>The exchange of dead letters, and its one queue.</summary>
    public const string Dead = "actorcron.dead";

    /// <summary>The exchange of what outside workers report, and its one queue.</summary>
    public const string Results = "actorcron.results";

    /// <summary>The routing key of a report.</summary>
    public const string ResultsKey = "results";

    // These two queues are read by peeking or given back while a shard moves: that must not use up their messages.
    // RabbitMQ 4 has a limit of 20 unless told otherwise, RabbitMQ 3 takes no word for "none".
    private const long NoLimit = 1_000_000_000;

    private string Prefix { get; } = settings.Exchange + ".";

    /// <summary>The exchange of jobs.</summary>
    public string Jobs => settings.Exchange;

    /// <summary>Where dead letters go. Fanout: they keep their routing key, which tells where they came from.</summary>
    public IReadOnlyList<AmqpDeclaration> DeadLetters { get; } =
    [
        new ExchangeDeclaration(Dead, "fanout"),
        new QueueDeclaration(Dead) { Type = settings.QueueType, DeliveryLimit = LimitOf(settings, NoLimit) },
        new BindingDeclaration(Dead, Dead, ""),
    ];

    /// <summary>Where outside workers report, dead letters included.</summary>
    public IReadOnlyList<AmqpDeclaration> ResultsAndDeadLetters =>
    [
        .. DeadLetters,
        new ExchangeDeclaration(Results, "direct"),
        new QueueDeclaration(Results) { Type = settings.QueueType, DeliveryLimit = LimitOf(settings, NoLimit), DeadLetterExchange = Dead },
        new BindingDeclaration(Results, Results, ResultsKey),
    ];

    /// <summary>Whether the exchange of jobs brings a message to the queue that is bound by its key, and to no other.</summary>
    public bool RoutesByKey => settings.ExchangeType == "direct";

    /// <summary>The exchange of jobs alone.</summary>
    public IReadOnlyList<AmqpDeclaration> JobsExchange => [new ExchangeDeclaration(Jobs, settings.ExchangeType)];

    /// <summary>A queue of jobs with all that it needs, dead letters included.</summary>
    public IReadOnlyList<AmqpDeclaration> Queue(string queue) =>
    [
        .. DeadLetters,
        .. JobsExchange,
        new QueueDeclaration(NameOf(queue)) { Type = settings.QueueType, DeliveryLimit = LimitOf(settings, settings.DeliveryLimit), DeadLetterExchange = Dead },
        new BindingDeclaration(NameOf(queue), Jobs, queue),
    ];

    /// <summary>The broker's name of a queue of jobs.</summary>
    public string NameOf(string queue) => Prefix + queue;

    /// <summary>The queue of jobs that the broker knows by this name.</summary>
    public bool TryGetQueue(string? name, [NotNullWhen(true)] out string? queue)
    {
        queue = name?.Length > Prefix.Length && name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : null;
        return queue is not null;
    }

    // Classic queues count no deliveries, and refuse the argument in later versions.
    private static long? LimitOf(RabbitMqBrokerSettings settings, long limit) => settings.QueueType == AmqpQueueType.Quorum ? limit : null;
}
