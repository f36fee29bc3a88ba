using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorCron.Tests.Fixtures;

/// <summary>Stands between clients and a MongoDB server, and can be away, or lose the answer to a command.</summary>
public sealed class FaultyProxy : IAsyncDisposable
{
    private readonly string _host;
    private readonly int _port;
    private readonly CancellationTokenSource _disposed = new();
    private readonly ConcurrentDictionary<TcpClient, byte> _open = new();
    private TcpListener _listener;
    private byte[]? _losing;
    private byte[]? _answer;
    private bool _isExecuted;

    public FaultyProxy(string host, int port)
    {
        (_host, _port) = (host, port);
        Port = FreePort.Next();
        _listener = Listen(Port);
    }

    public int Port { get; }

    /// <summary>How many answers were lost, or given instead of the server's.</summary>
    public int Lost { get; private set; }

    /// <summary>Cuts every connection and takes no new one.</summary>
    public void GoAway()
    {
        _listener.Stop();
        foreach (var client in _open.Keys)
            client.Close();
    }

    public void ComeBack() => _listener = Listen(Port);

    /// <summary>The server gets and executes the next such command; the client loses the connection instead of hearing so.</summary>
    public void LoseAnswerTo(string command, string collection) =>
        _losing = [0x02, .. Encoding.UTF8.GetBytes(command), 0, .. BitConverter.GetBytes(collection.Length + 1), .. Encoding.UTF8.GetBytes(collection), 0];

    /// <summary>The next such command is answered with this document. The server gets and executes it all the same if
    /// <paramref name="isExecuted"/>, else it never hears of it.</summary>
    public void Answer(string command, string collection, byte[] document, bool isExecuted)
    {
        (_answer, _isExecuted) = (document, isExecuted);
        LoseAnswerTo(command, collection);
    }

    /// <summary>The same for the next page of any cursor.</summary>
    public void LoseNextPage() => _losing = [0x12, .. "getMore"u8, 0];

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync();
        GoAway();
        _disposed.Dispose();
    }

    private TcpListener Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        _ = AcceptAsync(listener);
        return listener;
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
                _ = ServeAsync(await listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Away.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        _open[client] = 0;
        try
        {
            await server.ConnectAsync(_host, _port);
            (client.NoDelay, server.NoDelay) = (true, true);
            var isLost = new StrongBox();
            await Task.WhenAny(
                RequestsAsync(client.GetStream(), server.GetStream(), client.GetStream(), isLost),
                AnswersAsync(server.GetStream(), client.GetStream(), isLost));
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
        finally
        {
            _open.TryRemove(client, out _);
            client.Close();
        }
    }

    private async Task RequestsAsync(NetworkStream from, NetworkStream to, NetworkStream back, StrongBox isLost)
    {
        while (await MessageAsync(from) is { } message)
        {
            if (_losing is { } pattern && message.AsSpan().IndexOf(pattern) >= 0)
            {
                _losing = null;
                if (_answer is { } answer && !_isExecuted)
                {
                    await back.WriteAsync(Reply(message, answer), _disposed.Token);
                    Lost++;
                    continue;
                }

                isLost.Value = true;
            }

            await to.WriteAsync(message, _disposed.Token);
        }
    }

    private async Task AnswersAsync(NetworkStream from, NetworkStream to, StrongBox isLost)
    {
        while (await MessageAsync(from) is { } message)
        {
            if (isLost.Value)
            {
                Lost++;
                if (_answer is not { } answer)
                    return;
                isLost.Value = false;
                // The server's answer names in its header what it answers, at the same place as our own would.
                message = Message(message.AsSpan(8, 4), answer);
            }

            await to.WriteAsync(message, _disposed.Token);
        }
    }

    private static byte[] Reply(byte[] request, byte[] document) => Message(request.AsSpan(4, 4), document);

    // OP_MSG: length, request id, the id of what is answered, 2013; no flags; one section of kind 0.
    private static byte[] Message(ReadOnlySpan<byte> answered, byte[] document) =>
        [.. BitConverter.GetBytes(21 + document.Length), 0, 0, 0, 1, .. answered, .. BitConverter.GetBytes(2013), 0, 0, 0, 0, 0, .. document];

    // A message begins with its own length.
    private async Task<byte[]?> MessageAsync(NetworkStream stream)
    {
        var header = new byte[4];
        if (await stream.ReadAtLeastAsync(header, 4, throwOnEndOfStream: false, _disposed.Token) < 4)
            return null;
        var message = new byte[BitConverter.ToInt32(header)];
        header.CopyTo(message, 0);
        await stream.ReadExactlyAsync(message.AsMemory(4), _disposed.Token);
        return message;
    }

    private sealed class StrongBox
    {
        public bool Value { get; set; }
    }
}
