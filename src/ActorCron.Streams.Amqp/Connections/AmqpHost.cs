namespace ActorCron.Streams.Amqp;

/// <summary>One node of a broker.</summary>
/// <param name="Name">Host name or address.</param>
/// <param name="Port">TCP port, usually 5672, with TLS 5671.</param>
public sealed record AmqpHost(string Name, int Port = 5672)
{
    /// <inheritdoc/>
    public override string ToString() => Name.Contains(':', StringComparison.Ordinal) ? $"[{Name}]:{Port}" : $"{Name}:{Port}";
}
