namespace ActorCron.Core.Text;

/// <summary>How far two names are apart.</summary>
public static class EditDistance
{
    /// <summary>Letters added, dropped, changed or swapped with their neighbour (the optimal string alignment distance). Case counts.</summary>
    /// <param name="a">A name; long ones cost, the product of both lengths.</param>
    /// <param name="b">The other.</param>
    /// <param name="tooMany">Where the exact number no longer matters: this is answered for anything from here on.</param>
    public static int Between(ReadOnlySpan<char> a, ReadOnlySpan<char> b, int tooMany = int.MaxValue)
    {
        Span<int> rows = b.Length < 128 ? stackalloc int[3 * (b.Length + 1)] : new int[3 * (b.Length + 1)];
        var beforePrevious = rows[..(b.Length + 1)];
        var previous = rows.Slice(b.Length + 1, b.Length + 1);
        var current = rows[(2 * (b.Length + 1))..];
        for (var j = 0; j <= b.Length; j++) previous[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            var lowest = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var edits = Math.Min(previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1), Math.Min(previous[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) edits = Math.Min(edits, beforePrevious[j - 2] + 1);
                current[j] = edits;
                lowest = Math.Min(lowest, edits);
            }
            if (lowest >= tooMany) return tooMany;
            var oldest = beforePrevious;
            beforePrevious = previous;
            previous = current;
            current = oldest;
        }
        return previous[b.Length];
    }
}
