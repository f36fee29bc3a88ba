namespace ActorCron.Actors.Brokers;

/// <summary>The broker answers, and yet nothing moves through it: it refuses what is asked of it, or takes no messages for now. The message says
/// why, in words for whoever operates it.</summary>
public sealed class BrokerBlockedException(string message) : Exception(message);
