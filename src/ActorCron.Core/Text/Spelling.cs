namespace ActorCron.Core.Text;

/// <summary>Guesses which name was meant.</summary>
public static class Spelling
{
    private const int LongestGuessed = 64;

    /// <summary>The candidate nearest to <paramref name="name"/>, or null when none is near: the same but for case, within a
    /// third of its letters changed (two letters swapped count once), or one the beginning of the other.</summary>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        if (name.Length is 0 or > LongestGuessed) return null;
        string? best = null;
        var bestDistance = int.MaxValue;
        foreach (var candidate in candidates)
        {
            var distance = Distance(name, candidate);
            if (distance > Math.Max(1, candidate.Length / 3) && !OneBeginsTheOther(name, candidate)) continue;
            if (distance >= bestDistance) continue;
            (best, bestDistance) = (candidate, distance);
        }
        return best;
    }

    /// <summary><c>"; did you mean x?"</c>, or nothing when no candidate is near.</summary>
    public static string DidYouMean(string name, IEnumerable<string> candidates) =>
        Nearest(name, candidates) is { } nearest ? $"; did you mean \"{nearest}\"?" : "";

    private static bool OneBeginsTheOther(string a, string b) =>
        Math.Min(a.Length, b.Length) >= 4
        && (a.StartsWith(b, StringComparison.OrdinalIgnoreCase) || b.StartsWith(a, StringComparison.OrdinalIgnoreCase));

    // Edits plus swaps of neighbours, in three rows; letters are compared without case.
    private static int Distance(string a, string b)
    {
        int[] before = new int[b.Length + 1], last = new int[b.Length + 1], row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + (Same(a[i - 1], b[j - 1]) ? 0 : 1));
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1])) row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            (before, last, row) = (last, row, before);
        }
        return last[b.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
