using RabbitMQ.Client;

namespace ActorCron.Streams.Amqp;

/// <summary>Something that must exist on the broker before a stream starts. Declaring the same again changes nothing.</summary>
public abstract record AmqpDeclaration
{
    private protected AmqpDeclaration()
    {
    }

    /// <summary>More arguments of the broker's, such as <c>x-max-priority</c>; they win over the properties of the declaration.</summary>
    public IReadOnlyDictionary<string, object?> Arguments { get; init; } = new Dictionary<string, object?>();

    /// <summary>For messages: "queue 'orders'".</summary>
    internal abstract string Subject { get; }

    internal abstract Task DeclareAsync(IChannel channel, CancellationToken token);

    private protected Dictionary<string, object?>? AllArguments(params ReadOnlySpan<(string Name, object? Value)> own)
    {
        var all = new Dictionary<string, object?>();
        foreach (var (name, value) in own)
            if (value is not null) all[name] = value;
        foreach (var (name, value) in Arguments) all[name] = value;
        return all.Count == 0 ? null : all;
    }
}
