namespace ActorCron.Hosting.Running;

/// <summary>A node cannot start; the message says why in one line.</summary>
public sealed class NodeStartException(string message, Exception? cause = null) : Exception(message, cause);
