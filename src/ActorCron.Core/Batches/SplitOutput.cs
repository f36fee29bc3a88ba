using System.Globalization;
using System.Text;
using System.Text.Json;
using ActorCron.Core.Json;

namespace ActorCron.Core.Batches;

/// <summary>The items in a split's output: a JSON array, which is the whole output or its last line. An item that is an object is the
/// params of its run as it is; any other becomes <c>{ "item": … }</c>.</summary>
public sealed class SplitOutput
{
    /// <summary>The longest output read, in bytes of UTF-8.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    private const int PackItems = 2000;
    private const int PackLength = 128 * 1024;

    private SplitOutput(IReadOnlyList<string> items, string? error, bool permanent) => (Items, Error, IsPermanent) = (items, error, permanent);

    /// <summary>Each a JSON object as compact text.</summary>
    public IReadOnlyList<string> Items { get; }

    /// <summary>Why there are none.</summary>
    public string? Error { get; }

    /// <summary>Whether to split again could not go better.</summary>
    public bool IsPermanent { get; }

    /// <summary>Reads an output. Never throws.</summary>
    public static SplitOutput Read(string? output)
    {
        if (string.IsNullOrWhiteSpace(output)) return Failed("the split printed nothing; a JSON array is expected, [] for no items");
        if (Encoding.UTF8.GetByteCount(output) > MaxBytes) return Failed(TooLong, permanent: true);
        var whole = ReadArray(output);
        if (whole.Error is null || whole.IsPermanent) return whole;
        // What programs print on the way stands before the array.
        var lines = output.AsSpan().TrimEnd();
        var last = lines[(lines.LastIndexOf('\n') + 1)..].Trim();
        if (last.Length == 0 || last[0] != '[' || last.Length == output.Trim().Length) return whole;
        var tail = ReadArray(last.ToString());
        return tail.Error is null || tail.IsPermanent ? tail : whole;
    }

    /// <summary>What is said of an output beyond <see cref="MaxBytes"/>.</summary>
    public static string TooLong { get; } = string.Create(CultureInfo.InvariantCulture, $"the split's output is longer than {MaxBytes} bytes");

    /// <summary>The items in groups small enough to be stored one by one.</summary>
    public static IEnumerable<(int Count, string Packed)> Packs(IReadOnlyList<string> items) =>
        Chunks.BySize(items, item => item.Length, PackLength, PackItems).Select(pack => (pack.Count, ItemPack.Pack(pack)));

    private static SplitOutput ReadArray(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var json = new JsonFields(utf8, tolerant: false);
        try
        {
            json.Start();
            if (!json.IsArray("the split's output", "a JSON array")) return Failed($"{json.Problems[0].Field} {json.Problems[0].Message}");
            var items = new List<string>();
            var count = 0;
            for (; json.NextItem(); count++)
            {
                if (count >= BatchJob.MaxItems)
                {
                    json.Skip();
                    continue;
                }
                if (json.ParamsOrItem($"item {count} of the split's output") is not { } item) return Failed($"{json.Problems[0].Field} {json.Problems[0].Message}", permanent: true);
                items.Add(item);
            }
            json.End();
            return count <= BatchJob.MaxItems ? new SplitOutput(items, null, false)
                : Failed(string.Create(CultureInfo.InvariantCulture, $"the split gave {count} items; at most {BatchJob.MaxItems} are allowed"), permanent: true);
        }
        catch (JsonException malformed)
        {
            return Failed($"the split's output is not a JSON array: it {json.Malformed(malformed).Message}");
        }
    }

    private static SplitOutput Failed(string error, bool permanent = false) => new([], error, permanent);
}
