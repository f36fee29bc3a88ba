namespace ActorCron.Actors.Gateway;

/// <summary>What the gateway knows of the queues.</summary>
/// <param name="Queues">By name, those with settings or workers of this node.</param>
public sealed record GatewaySettings(IReadOnlyDictionary<string, ConfiguredQueue> Queues);

/// <summary>Settings of a queue, as text where they are only shown.</summary>
public sealed record ConfiguredQueue(bool External, int? MaxConcurrency, string? Rate);
