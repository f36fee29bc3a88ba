using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ActorCron.Tests.Fixtures;

/// <summary>Ports on 127.0.0.1 for servers that are told where to listen, and that may go away and come back there.</summary>
/// <remarks>They lie below the range that the system takes for outgoing connections: one of those would get a port that nobody listens
/// on yet, or for a while. And none is given twice by one process.</remarks>
internal static class FreePort
{
    private const int First = 10_000;
    private const int Beyond = 30_000;
    private static readonly ConcurrentDictionary<int, byte> Given = new();
    private static readonly int End = OutgoingFrom("/proc/sys/net/ipv4/ip_local_port_range") is int outgoing and > First + 1000 and < Beyond ? outgoing : Beyond;

    public static int Next()
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var port = Random.Shared.Next(First, End);
            if (IsFree(port) && Given.TryAdd(port, 0)) return port;
        }
        throw new InvalidOperationException($"No free port on 127.0.0.1 between {First} and {End}.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int? OutgoingFrom(string file) =>
        File.Exists(file) && int.TryParse(File.ReadAllText(file).Split('\t', ' ')[0], CultureInfo.InvariantCulture, out var lowest) ? lowest : null;
}
