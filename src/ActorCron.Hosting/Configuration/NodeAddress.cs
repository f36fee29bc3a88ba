using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Akka.Actor;

namespace ActorCron.Hosting.Configuration;

/// <summary>Addresses of nodes as people write them: in full, or <c>host:port</c>, which is completed.</summary>
public static class NodeAddress
{
    /// <summary>The name of the actor system, part of every node's address.</summary>
    public const string SystemName = "ActorCron";

    /// <summary>What to write, for error messages.</summary>
    public const string Expected = $"host:port, such as node-1:4053, or the address in full: akka.tcp://{SystemName}@node-1:4053";

    /// <summary>The address in full.</summary>
    /// <param name="text"><c>host:port</c>, <c>[::1]:port</c> or <c>akka.tcp://ActorCron@host:port</c>.</param>
    /// <param name="address">What it means.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Address? address)
    {
        var full = text.Contains("://", StringComparison.Ordinal) ? text : $"akka.tcp://{SystemName}@{text}";
        address = ActorPath.TryParse(full + "/", out _) && TryRead(full, out var read) && read.HasGlobalScope && HasPort(full) ? read : null;
        return address is not null;
    }

    private static bool TryRead(string full, [NotNullWhen(true)] out Address? address)
    {
        try
        {
            address = Address.Parse(full);
            return true;
        }
        catch (Exception e) when (e is UriFormatException or FormatException or ArgumentException)
        {
            address = null;
            return false;
        }
    }

    // Akka takes the port of an address that names none for -1.
    private static bool HasPort(string full) =>
        ushort.TryParse(full.AsSpan(full.LastIndexOf(':') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0;
}
