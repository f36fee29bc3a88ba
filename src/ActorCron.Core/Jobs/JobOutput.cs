using System.Globalization;
using System.Text;

namespace ActorCron.Core.Jobs;

/// <summary>What a run prints, kept to a bound: all of it, or its first half and its last. Safe to use from several threads.</summary>
/// <param name="limit">Bytes in UTF-8, the line about what is left out among them.</param>
public sealed class JobOutput(int limit)
{
    /// <summary>Bytes in UTF-8: 64 KiB.</summary>
    public const int Limit = 64 * 1024;

    // What the line about the rest may take.
    private const int Note = 64;

    private readonly int _headLimit = Math.Max(0, limit - Note) / 2;
    private readonly Lock _lock = new();
    private readonly StringBuilder _head = new();
    private readonly StringBuilder _tail = new();
    private bool _headIsFull;
    private int _headBytes;
    private long _bytes;

    /// <summary>Keeps <see cref="Limit"/>.</summary>
    public JobOutput() : this(Limit)
    {
    }

    /// <summary>Whether something in the middle is gone.</summary>
    public bool IsCut
    {
        get
        {
            lock (_lock) return _bytes > limit;
        }
    }

    /// <summary>The text, kept to <see cref="Limit"/>.</summary>
    public static string? Bounded(string? text)
    {
        if (text is null || text.Length <= Limit / 3 || Encoding.UTF8.GetByteCount(text) <= Limit) return text;
        var bounded = new JobOutput();
        bounded.Append(text);
        return bounded.ToString();
    }

    /// <summary>Adds text as it is.</summary>
    public void Append(ReadOnlySpan<char> text)
    {
        lock (_lock)
        {
            _bytes += Encoding.UTF8.GetByteCount(text);
            var toHead = _headIsFull ? 0 : Utf8Prefix(text, _headLimit - _headBytes);
            _headBytes += Encoding.UTF8.GetByteCount(text[..toHead]);
            // Once a text did not fit, a shorter one may not slip in before it.
            _headIsFull |= toHead < text.Length;
            _head.Append(text[..toHead]);
            _tail.Append(text[toHead..]);
            // A character takes a byte or more: this many hold all that can be shown.
            if (_tail.Length > limit + _headLimit) _tail.Remove(0, _tail.Length - limit);
        }
    }

    /// <summary>Adds a line and its end.</summary>
    public void AppendLine(string line) => Append(line + "\n");

    /// <summary>Head and tail; where the middle is gone, a line says how many bytes were left out.</summary>
    public override string ToString()
    {
        lock (_lock)
        {
            var tail = _tail.ToString();
            if (_bytes <= limit) return $"{_head}{tail}";
            var kept = tail.AsSpan(Utf8SuffixStart(tail, _headLimit));
            var omitted = _bytes - _headBytes - Encoding.UTF8.GetByteCount(kept);
            return string.Create(CultureInfo.InvariantCulture, $"{_head}\n... {omitted} bytes left out ...\n{kept}");
        }
    }

    /// <summary>How many characters from the start fit, none of them torn.</summary>
    private static int Utf8Prefix(ReadOnlySpan<char> text, int bytes)
    {
        if (text.Length <= bytes / 3) return text.Length;
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if ((bytes -= rune.Utf8SequenceLength) < 0) break;
            length += rune.Utf16SequenceLength;
        }
        return length;
    }

    /// <summary>From which character on the rest fits, none of them torn.</summary>
    private static int Utf8SuffixStart(ReadOnlySpan<char> text, int bytes)
    {
        var start = text.Length;
        while (start > 0)
        {
            Rune.DecodeLastFromUtf16(text[..start], out var rune, out var length);
            if ((bytes -= rune.Utf8SequenceLength) < 0) break;
            start -= length;
        }
        return start;
    }
}
