using ActorCron.Core.Text;

namespace ActorCron.Pbm.Parsing;

/// <summary>'Did you mean': the known word nearest to an unknown one.</summary>
internal static class Typos
{
    /// <summary>The nearest of <paramref name="known"/>, or null when none is near enough to be meant.</summary>
    public static string? Nearest(string word, IEnumerable<string> known) => known
        .Select(candidate => (candidate, distance: EditDistance.Between(word.ToUpperInvariant(), candidate.ToUpperInvariant())))
        .Where(c => c.distance <= Math.Max(1, Math.Max(word.Length, c.candidate.Length) / 3)
            || (word.Length >= 2 && c.candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase)))
        .OrderBy(c => c.distance).ThenBy(c => c.candidate, StringComparer.Ordinal)
        .Select(c => c.candidate).FirstOrDefault();
}
