using Akka.Actor;
using Akka.Cluster;

namespace ActorCron.Actors.Nodes;

/// <summary>Where a node's worker is.</summary>
public static class WorkerPath
{
    public const string Name = "worker";

    /// <summary>The worker of a node that is named as <c>host:port</c>.</summary>
    public static ActorSelection On(ActorSystem system, string node)
    {
        var self = Cluster.Get(system).SelfAddress;
        var colon = node.LastIndexOf(':');
        var address = int.TryParse(node.AsSpan(colon + 1), out var port) ? self.WithHost(node[..colon]).WithPort(port) : self;
        return system.ActorSelection(new RootActorPath(address) / "user" / Name);
    }
}
