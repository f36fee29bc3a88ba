using System.Numerics;

namespace ActorCron.Core.Time;

/// <summary>Finds what a misspelt name was meant to be.</summary>
internal static class NearestName
{
    /// <summary>Longer input is no misspelling, and comparing it would cost.</summary>
    private const int LongestGuess = 64;

    /// <summary>The candidate with the fewest edits, if there are few enough for the length; else null.</summary>
    public static string? Of(ReadOnlySpan<char> name, IEnumerable<string> candidates)
    {
        if (name.Length is 0 or > LongestGuess) return null;
        string? nearest = null;
        var fewest = Math.Max(1, name.Length / 3) + 1;
        Span<char> wanted = stackalloc char[name.Length];
        Span<char> other = stackalloc char[LongestGuess];
        name.ToLowerInvariant(wanted);
        var letters = LettersOf(wanted);
        foreach (var candidate in candidates)
        {
            if (candidate.Length > LongestGuess || Math.Abs(candidate.Length - name.Length) >= fewest) continue;
            var lower = other[..candidate.AsSpan().ToLowerInvariant(other)];
            // A letter that only one of them has takes an edit at least: most candidates need no closer look.
            var otherLetters = LettersOf(lower);
            if (BitOperations.PopCount(letters & ~otherLetters) >= fewest || BitOperations.PopCount(otherLetters & ~letters) >= fewest) continue;
            var edits = Edits(wanted, lower, fewest);
            if (edits < fewest) (nearest, fewest) = (candidate, edits);
        }
        return nearest;
    }

    // Which letters there are, one bit each.
    private static uint LettersOf(ReadOnlySpan<char> lower)
    {
        var letters = 0u;
        foreach (var unit in lower) letters |= unit is >= 'a' and <= 'z' ? 1u << (unit - 'a') : 0;
        return letters;
    }

    /// <summary>Letters added, dropped, changed or swapped with their neighbour, of two names in lower case (the optimal string alignment
    /// distance); gives up at <paramref name="tooMany"/>.</summary>
    private static int Edits(ReadOnlySpan<char> a, ReadOnlySpan<char> b, int tooMany)
    {
        Span<int> beforePrevious = stackalloc int[b.Length + 1];
        Span<int> previous = stackalloc int[b.Length + 1];
        Span<int> current = stackalloc int[b.Length + 1];
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
