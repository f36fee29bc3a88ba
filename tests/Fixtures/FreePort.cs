using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ActorCron.Tests.Fixtures;

/// <summary>Ports on 127.0.0.1 for servers that are told where to listen, and that may go away and come back there.</summary>
/// <remarks>They lie below the range that the system takes for outgoing connections: one of those would get a port that nobody listens
/// on yet, or for a while. And none is given twice while the process lives that asked for it, whoever asks on this machine.</remarks>
internal static class FreePort
{
    private const int First = 10_000;
    private const int Beyond = 30_000;
    private static readonly ConcurrentDictionary<int, Socket> Given = new();
    private static readonly int End = OutgoingFrom("/proc/sys/net/ipv4/ip_local_port_range") is int outgoing and > First + 1000 and < Beyond ? outgoing : Beyond;

    public static int Next()
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var port = Random.Shared.Next(First, End);
            if (IsFree(port) && Take(port)) return port;
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

    // A name in Linux's abstract namespace reaches as far as a port does, belongs to one socket, and ends with the process that has it.
    private static bool Take(int port)
    {
        var mark = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            mark.Bind(new UnixDomainSocketEndPoint($"\0actorcron-test-port-{port}"));
            return Given.TryAdd(port, mark);
        }
        catch (SocketException)
        {
            mark.Dispose();
            return false;
        }
    }

    private static int? OutgoingFrom(string file) =>
        File.Exists(file) && int.TryParse(File.ReadAllText(file).Split('\t', ' ')[0], CultureInfo.InvariantCulture, out var lowest) ? lowest : null;
}
