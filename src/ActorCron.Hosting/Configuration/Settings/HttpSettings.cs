using System.Net;

namespace ActorCron.Hosting.Configuration;

/// <summary>Where the HTTP API listens.</summary>
/// <param name="Bind">An IP address, <c>localhost</c>, or <c>*</c> for all.</param>
/// <param name="Port">0 for any free port.</param>
/// <param name="Token">The bearer token; empty for none, which only loopback allows.</param>
public sealed record HttpSettings(string Bind, int Port, string Token)
{
    public bool HasToken => Token.Length > 0;

    /// <summary>Whether only this machine can connect.</summary>
    public bool IsLoopback => Bind.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(Bind, out var address) && IPAddress.IsLoopback(address));

    public override string ToString() => $"http {Bind}:{Port}{(HasToken ? " with a token" : "")}";
}
