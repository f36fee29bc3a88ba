namespace ActorCron.Core;

/// <summary>Cuts a sequence into parts that fit a message or a journal entry.</summary>
public static class Chunks
{
    /// <summary>Parts in order, none above <paramref name="maxSize"/> or <paramref name="maxCount"/>; an item that is larger alone gets a part
    /// of its own.</summary>
    /// <param name="items">What to cut.</param>
    /// <param name="sizeOf">About how large an item is, in the unit of <paramref name="maxSize"/>.</param>
    /// <param name="maxSize">The most that the items of a part may be together.</param>
    /// <param name="maxCount">The most items of a part.</param>
    public static IEnumerable<List<T>> BySize<T>(IEnumerable<T> items, Func<T, int> sizeOf, int maxSize, int maxCount = int.MaxValue)
    {
        var part = new List<T>();
        var size = 0L;
        foreach (var item in items)
        {
            var more = sizeOf(item);
            if (part.Count > 0 && (part.Count == maxCount || size + more > maxSize))
            {
                yield return part;
                (part, size) = ([], 0);
            }
            part.Add(item);
            size += more;
        }
        if (part.Count > 0) yield return part;
    }
}
