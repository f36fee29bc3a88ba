using System.Buffers;
using System.IO.Pipelines;

namespace ActorCron.Node.Api.Schedules;

/// <summary>Splits a stream into lines, each to a bound. A longer one is passed over to its end and reported, so that memory never grows with it.</summary>
internal sealed class LineReader(PipeReader reader, int maxBytes)
{
    private int _line;
    private bool _skipping;

    /// <summary>Calls <paramref name="onLine"/> for each line, without its end, with its number from 1; for one that is too long with an empty text and <c>false</c>.</summary>
    public async Task ReadAsync(Func<int, ReadOnlySequence<byte>, bool, ValueTask> onLine, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            while (EndOfLine(buffer, read.IsCompleted) is { } end)
            {
                await EmitAsync(onLine, buffer.Slice(0, end.At));
                buffer = buffer.Slice(end.Next);
            }
            if (read.IsCompleted)
            {
                if (!buffer.IsEmpty || _skipping) await EmitAsync(onLine, buffer);
                reader.AdvanceTo(buffer.End);
                return;
            }
            if (buffer.Length > maxBytes)
            {
                _skipping = true;
                buffer = buffer.Slice(buffer.End);
            }
            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    // LF, CRLF or CR alone. A CR that is the last byte so far may be half of a CRLF.
    private static (SequencePosition At, SequencePosition Next)? EndOfLine(ReadOnlySequence<byte> buffer, bool isLast)
    {
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryAdvanceToAny("\r\n"u8, advancePastDelimiter: false)) return null;
        var at = reader.Position;
        reader.TryRead(out var end);
        if (end == '\r' && reader.End && !isLast) return null;
        if (end == '\r') reader.IsNext((byte)'\n', advancePast: true);
        return (at, reader.Position);
    }

    private ValueTask EmitAsync(Func<int, ReadOnlySequence<byte>, bool, ValueTask> onLine, ReadOnlySequence<byte> line)
    {
        var isTooLong = _skipping || line.Length > maxBytes;
        _skipping = false;
        return onLine(++_line, isTooLong ? default : line, !isTooLong);
    }
}
