using System.Collections.Immutable;

namespace ActorCron.Core.Json;

/// <summary>The fields that one kind of JSON object may have; at most 64.</summary>
internal sealed class FieldNames
{
    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);

    public FieldNames(params string[] names)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(names.Length, 64);
        All = [.. names];
        foreach (var name in names) _indexes.Add(name, _indexes.Count);
    }

    public ImmutableArray<string> All { get; }

    /// <summary>-1 when there is no such field.</summary>
    public int IndexOf(string name) => _indexes.GetValueOrDefault(name, -1);
}
