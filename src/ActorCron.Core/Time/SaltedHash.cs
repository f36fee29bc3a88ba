namespace ActorCron.Core.Time;

/// <summary>The hash behind <c>H</c>: the same on every node, in every process and version, unlike <c>string.GetHashCode</c>.</summary>
internal static class SaltedHash
{
    /// <summary>FNV-1a over the UTF-16 code units, then the finalizer of MurmurHash3: FNV alone leaves similar ids close together.</summary>
    public static ulong Of(string text, int salt)
    {
        var hash = 14695981039346656037UL;
        foreach (var unit in text) hash = (hash ^ unit) * 1099511628211UL;
        hash = (hash ^ (uint)salt) * 1099511628211UL;
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdUL;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53UL;
        return hash ^ (hash >> 33);
    }
}
