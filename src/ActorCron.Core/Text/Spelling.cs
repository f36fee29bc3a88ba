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
        var (bestDistance, lower) = (int.MaxValue, name.ToLowerInvariant());
        foreach (var candidate in candidates)
        {
            var distance = EditDistance.Between(lower, candidate.ToLowerInvariant());
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
}
