namespace ActorCron.Pbm.Node;

/// <summary>No answer came from the node. Ends with <see cref="ExitCode.NoConnection"/>.</summary>
internal sealed class NodeUnreachableException(NodeAddress address, string reason)
    : Exception($"no connection to {address.Display}: {reason}");
