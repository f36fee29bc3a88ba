namespace ActorCron.Actors.Brokers;

/// <summary>A message that could not be used.</summary>
public sealed record DeadLetter(int Position, string Reason, string? MessageId, string? Queue, string Body);
