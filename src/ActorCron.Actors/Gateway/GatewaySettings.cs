namespace ActorCron.Actors.Gateway;

/// <summary>What the gateway knows of the queues.</summary>
/// <param name="Queues">By name, those with settings or workers of this node.</param>
public sealed record GatewaySettings(IReadOnlyDictionary<string, QueueSettingsView> Queues);

/// <summary>Settings of a queue, only to be shown.</summary>
public sealed record QueueSettingsView(bool External, int? MaxConcurrency, string? Rate);
