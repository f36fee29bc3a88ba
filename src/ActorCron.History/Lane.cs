namespace ActorCron.History;

/// <summary>A user and a queue. There are few of them, so that stores name each by a small number (or list them cheaply),
/// and a query by user, by queue or by both reads its own index range only.</summary>
internal readonly record struct Lane(string User, string Queue);
