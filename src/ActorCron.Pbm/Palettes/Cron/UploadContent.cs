using System.Net;
using ActorCron.Pbm.Node;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary>A request body of any size, sent as it is read: the memory of one buffer. Each piece that the node takes proves it alive.</summary>
/// <param name="start">What was read already to see the format.</param>
/// <param name="rest">The rest.</param>
/// <param name="patience">Told of every piece.</param>
/// <param name="progress">Told of the bytes sent so far.</param>
internal sealed class UploadContent(ReadOnlyMemory<byte> start, Stream rest, IdleTimeout patience, Action<long> progress) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var sent = 0L;
        var buffer = new byte[64 * 1024];
        for (var piece = start; piece.Length > 0; piece = buffer.AsMemory(0, await rest.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)))
        {
            await stream.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
            patience.Rearm();
            progress(sent += piece.Length);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }
}
