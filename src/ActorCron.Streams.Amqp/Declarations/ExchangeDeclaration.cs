using RabbitMQ.Client;

namespace ActorCron.Streams.Amqp;

/// <summary>An exchange.</summary>
/// <param name="Name">Its name, at most 255 bytes, not empty: the default exchange always exists.</param>
/// <param name="Type">A type the broker knows: <c>direct</c>, <c>topic</c>, <c>fanout</c>, <c>headers</c> (see <see cref="ExchangeType"/>), or a plugin's.</param>
public sealed record ExchangeDeclaration(string Name, string Type) : AmqpDeclaration
{
    /// <summary>Survives a restart of the broker.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Gone when its last binding is.</summary>
    public bool AutoDelete { get; init; }

    /// <summary>Only checks that it exists: the operator owns the topology. Nothing else of the declaration is compared.</summary>
    public bool Passive { get; init; }

    /// <summary>Exchange for messages that no binding takes.</summary>
    public string? AlternateExchange { get; init; }

    internal override string Subject => $"exchange '{Name}'";

    internal override Task DeclareAsync(IChannel channel, CancellationToken token)
    {
        if (Name.Length == 0) throw new ArgumentException("The default exchange cannot be declared; leave it out.");
        return Passive
            ? channel.ExchangeDeclarePassiveAsync(Name, token)
            : channel.ExchangeDeclareAsync(Name, Type, Durable, AutoDelete, AllArguments(("alternate-exchange", AlternateExchange)),
                passive: false, noWait: false, token);
    }
}
