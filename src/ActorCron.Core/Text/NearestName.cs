using System.Numerics;

namespace ActorCron.Core.Text;

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
            var edits = EditDistance.Between(wanted, lower, fewest);
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
}
