using System.Collections.Immutable;

namespace ActorCron.Core.Schedules;

/// <summary>Tags that are equal when their texts are, so that two readings of one document are equal schedules.</summary>
internal readonly struct TagList(ImmutableArray<string> tags) : IEquatable<TagList>
{
    public ImmutableArray<string> Tags => tags.IsDefault ? [] : tags;

    public bool Equals(TagList other) => Tags.AsSpan().SequenceEqual(other.Tags.AsSpan());
    public override bool Equals(object? obj) => obj is TagList other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var tag in Tags) hash.Add(tag, StringComparer.Ordinal);
        return hash.ToHashCode();
    }
}
