using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ActorCron.Core.Json;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Batches;

/// <summary>What became of each item, as the reduce gets it. Outputs and errors are kept to <see cref="MaxBytes"/> in all, the same share for each item.</summary>
internal sealed class ItemResults
{
    /// <summary>UTF-8 bytes of outputs and errors, of all items together, as JSON.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    private const int LeastShare = 80;
    private const int MostShare = 64 * 1024;
    private const int MostFailures = 10;
    private const int MostError = 100;

    // Of each item the inner text of its JSON object, without its index.
    private readonly string?[] _results;
    private readonly List<string> _failures = [];
    private readonly int _share;

    public ItemResults(int items)
    {
        _results = new string?[items];
        _share = items == 0 ? MostShare : Math.Clamp(MaxBytes / items, LeastShare, MostShare);
    }

    private ItemResults(string?[] results, IEnumerable<string> failures) : this(results.Length) => (_results, _failures) = (results, [.. failures]);

    public int Count => _results.Length;
    public int Succeeded { get; private set; }
    public int Failed { get; private set; }
    public int Ended => Succeeded + Failed;

    /// <summary>The first items that did not succeed and why, in the order of their ends.</summary>
    public IReadOnlyList<string> FirstFailures => _failures;

    /// <summary>Notes an item's end; a second one of the same item changes nothing.</summary>
    public void Note(int index, RunState state, string? output, string? error)
    {
        if (index < 0 || index >= _results.Length || _results[index] is not null) return;
        if (state == RunState.Succeeded) Succeeded++;
        else
        {
            Failed++;
            if (_failures.Count < MostFailures) _failures.Add(Failure(index, error));
        }
        _results[index] = Text(state, output, error);
    }

    /// <summary>The JSON array of all results, an object an item: <c>index</c>, <c>state</c>, and where there are <c>output</c>, <c>error</c>, <c>cut</c>.</summary>
    public void AppendTo(StringBuilder json)
    {
        json.Append('[');
        for (var i = 0; i < _results.Length; i++)
            json.Append(i == 0 ? "{\"index\":" : ",{\"index\":").Append(CultureInfo.InvariantCulture, $"{i}").Append(',').Append(_results[i] ?? "\"state\":\"cancelled\"").Append('}');
        json.Append(']');
    }

    public string Pack() => ItemPack.Pack(_results.Select(result => result ?? ""));

    public static ItemResults Restore(int items, int succeeded, int failed, IEnumerable<string> failures, string packed)
    {
        string?[] results = items == 0 ? [] : [.. ItemPack.Unpack(packed).Select(result => result.Length == 0 ? null : result)];
        return new ItemResults(results, failures) { Succeeded = succeeded, Failed = failed };
    }

    private string Text(RunState state, string? output, string? error)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using var writer = new Utf8JsonWriter(buffer, JsonWriting.Options);
        writer.WriteStartObject();
        writer.WriteString("state"u8, RunStateNames.Of(state));
        var room = _share;
        var cut = false;
        // The error first: it is short, and says what the output cannot.
        if (Cut(error, ref room, ref cut) is { } shortError) writer.WriteString("error"u8, shortError);
        if (Cut(output?.TrimEnd('\r', '\n'), ref room, ref cut) is { } shortOutput) writer.WriteString("output"u8, shortOutput);
        if (cut) writer.WriteBoolean("cut"u8, true);
        writer.WriteEndObject();
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan[1..^1]);
    }

    private static string Failure(int index, string? error) => error switch
    {
        null or "" => string.Create(CultureInfo.InvariantCulture, $"{index}"),
        { Length: > MostError } => string.Create(CultureInfo.InvariantCulture, $"{index} ({error[..MostError]}…)"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{index} ({error})"),
    };

    private static string? Cut(string? text, ref int room, ref bool cut)
    {
        if (text is null) return null;
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var bytes = rune.Value < ' ' ? 6 : rune.Value is '"' or '\\' ? 2 : rune.IsBmp ? rune.Utf8SequenceLength : 12;
            if (bytes > room)
            {
                cut = true;
                return text[..length];
            }
            room -= bytes;
            length += rune.Utf16SequenceLength;
        }
        return text;
    }
}
