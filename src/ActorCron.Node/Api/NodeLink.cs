using Akka.Actor;
using ActorCron.Actors.Gateway;

namespace ActorCron.Node.Api;

/// <summary>The way from the API to the node's actors. HTTP listens before they are up, so that a taken port stops a start before anything ran.</summary>
public sealed class NodeLink
{
    private volatile Connected? _connected;

    /// <summary>Whether the actors are up.</summary>
    public bool IsConnected => _connected is not null;

    /// <exception cref="UnavailableException">The node is still starting, or is stopping.</exception>
    public ICronGateway Gateway => Get().Gateway;

    /// <exception cref="UnavailableException">The node is still starting, or is stopping.</exception>
    public ActorSystem System => Get().System;

    public void Connect(ICronGateway gateway, ActorSystem system) => _connected = new Connected(gateway, system);

    /// <summary>Whether the node's own crontab, if it has one, is in step.</summary>
    public bool IsInStep { get; set; } = true;

    /// <summary>Set when the node takes no more work: it still answers, but nobody should be sent to it.</summary>
    public bool IsStopping { get; set; }

    /// <summary>From here on every call is answered with 503.</summary>
    public void Disconnect() => _connected = null;

    private Connected Get() => _connected ?? throw new UnavailableException("The node is starting or stopping.") { RetryAfter = TimeSpan.FromSeconds(1) };

    private sealed record Connected(ICronGateway Gateway, ActorSystem System);
}
