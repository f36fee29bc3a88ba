using System.Collections.Immutable;
using System.Globalization;
using ActorCron.Core;
using ActorCron.Hosting.Configuration.Hocon;

namespace ActorCron.Hosting.Configuration;

/// <summary>Reads values by type and bound. Akka's own getters answer 0, null or false for what is missing or misspelt; here each
/// such value becomes a problem with key, value, bound and place, and reading goes on, so that all problems are told at once.</summary>
internal sealed class StrictConfig(HoconObject root, List<ConfigProblem> problems)
{
    /// <summary>The text at <paramref name="key"/>; "" where it is absent or no text.</summary>
    public string Text(string key) => Scalar(key)?.Text ?? "";

    /// <summary>The text of a key of this section whose name may hold dots.</summary>
    public string TextOf(string name)
    {
        if (root.Find([name]) is HoconScalar scalar) return scalar.Text ?? "";
        Add(name, "must be a single value", root.Find([name])?.Origin);
        return "";
    }

    public int Int(string key, int min, int max)
    {
        if (Scalar(key) is not { } scalar) return min;
        if (int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max) return value;
        Add(key, $"'{scalar.Text}' must be a whole number from {min} to {max}", scalar.Origin);
        return min;
    }

    public TimeSpan Duration(string key, TimeSpan min, TimeSpan max)
    {
        if (Scalar(key) is not { } scalar) return min;
        if (Durations.TryParse(scalar.Text!, out var value) && value >= min && value <= max) return value;
        Add(key, $"'{scalar.Text}' must be a duration from {Durations.Format(min)} to {Durations.Format(max)}, written as 90s, 10m, 2h, 1d or ISO 8601", scalar.Origin);
        return min;
    }

    public bool Switch(string key)
    {
        if (Scalar(key) is not { } scalar) return false;
        switch (scalar.Text!.ToLowerInvariant())
        {
            case "on" or "true" or "yes": return true;
            case "off" or "false" or "no": return false;
            default:
                Add(key, $"'{scalar.Text}' must be on or off", scalar.Origin);
                return false;
        }
    }

    /// <summary>One of the words of an enum, in any case.</summary>
    public T OneOf<T>(string key) where T : struct, Enum
    {
        if (Scalar(key) is not { } scalar) return default;
        foreach (var name in Enum.GetNames<T>())
        {
            if (name.Equals(scalar.Text, StringComparison.OrdinalIgnoreCase)) return Enum.Parse<T>(name);
        }
        Add(key, $"'{scalar.Text}' must be one of {string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()))}", scalar.Origin);
        return default;
    }

    /// <summary>A list of texts; a single text counts as its comma-separated items.</summary>
    public ImmutableArray<string> List(string key)
    {
        switch (Find(key))
        {
            case HoconList list when list.Items.All(item => item is HoconScalar):
                return [.. list.Items.Cast<HoconScalar>().Select(item => item.Text!)];
            case HoconScalar scalar:
                return Split(scalar.Text!);
            case null:
                Add(key, "is missing", null);
                return [];
            case var other:
                Add(key, $"must be a list of words, not {(other is HoconList ? "of sections or lists" : other.Kind)}", other.Origin);
                return [];
        }
    }

    /// <summary>The names below a section whose keys are free.</summary>
    public IReadOnlyList<string> Names(string key) => Find(key) is HoconObject section ? [.. section.Values.Keys] : [];

    /// <summary>The section at a path whose parts may hold dots.</summary>
    public StrictConfig Section(params ReadOnlySpan<string> path) =>
        new(root.Find(path) as HoconObject ?? new HoconObject(new HoconOrigin("")), problems) { Prefix = Prefix + string.Join('.', path.ToArray()) + "." };

    public bool Has(string key) => Find(key) is not null;

    public HoconOrigin? Origin(string key) => Find(key)?.Origin;

    // A default is never wrong by itself: pointing at the built-in file would only mislead.
    public void Add(string key, string message, HoconOrigin? origin) =>
        problems.Add(new ConfigProblem(Prefix + key, message, origin?.Source == ConfigFiles.Reference ? null : origin));

    public void Add(string key, string message) => Add(key, message, Origin(key));

    internal static ImmutableArray<string> Split(string text) => [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private string Prefix { get; init; } = "";

    private HoconValue? Find(string key) => root.Find(key.Split('.'));

    private HoconScalar? Scalar(string key)
    {
        switch (Find(key))
        {
            case HoconScalar scalar: return scalar;
            case null:
                Add(key, "is missing", null);
                return null;
            case var other:
                Add(key, $"must be a single value, not {other.Kind}", other.Origin);
                return null;
        }
    }
}
