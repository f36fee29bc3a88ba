using System.Collections.Immutable;

namespace ActorCron.Core.Text;

/// <summary>The names that documents and messages use for an enumeration. Written out, so that renaming a member in code never reaches the wire.</summary>
internal sealed class WireNames<T>(params (T Value, string Name)[] pairs) where T : struct, Enum
{
    private readonly string[] _names = [.. pairs.OrderBy(pair => pair.Value).Select(pair => pair.Name)];
    private readonly Dictionary<string, T> _values = pairs.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);

    public ImmutableArray<string> All { get; } = [.. pairs.Select(pair => pair.Name)];

    public string Of(T value)
    {
        var index = Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture);
        return index >= 0 && index < _names.Length ? _names[index] : throw new ArgumentOutOfRangeException(nameof(value), value, "Unknown value.");
    }

    public bool TryParse(string name, out T value) => _values.TryGetValue(name, out value);

    /// <summary>What would be right, for error messages.</summary>
    public string Expected(string given) => $"must be one of {string.Join(", ", All)}{Spelling.DidYouMean(given, All)}";
}
