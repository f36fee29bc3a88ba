namespace ActorCron.Core;

/// <summary>FNV-1a, 64 bits, with a final mix: the same on every node, in every process and version. Stored data depends on it.</summary>
public static class StableHash
{
    /// <summary>The hash of a text's UTF-16 code units.</summary>
    public static ulong Of(ReadOnlySpan<char> text)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in text)
        {
            hash = unchecked((hash ^ c) * 1099511628211UL);
        }
        // FNV's low bits alone spread short, similar texts badly.
        hash ^= hash >> 33;
        hash = unchecked(hash * 0xff51afd7ed558ccdUL);
        return hash ^ (hash >> 33);
    }

    /// <summary>A bucket of [0, <paramref name="buckets"/>).</summary>
    public static int Bucket(ReadOnlySpan<char> text, int buckets) => (int)(Of(text) % (ulong)buckets);
}
