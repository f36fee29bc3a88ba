using Akka.Actor;

namespace ActorCron.Actors.Nodes;

/// <summary>What records and messages call a node.</summary>
public static class NodeName
{
    /// <summary><c>host:port</c>.</summary>
    public static string Of(Address address) => $"{address.Host}:{address.Port}";
}
