using ActorCron.Core.Text;

namespace ActorCron.Hosting.Configuration;

/// <summary>Finds what a misspelt name probably meant.</summary>
internal static class NearestWord
{
    /// <summary>The candidate with the fewest edits; a candidate whose last part is nearer wins among equals.</summary>
    public static string Of(string word, IEnumerable<string> candidates) =>
        candidates.MinBy(candidate => (EditsTo(candidate, word), candidate.Length)) ?? "";

    private static int EditsTo(string candidate, string word) =>
        Math.Min(EditDistance.Between(word, candidate), LastPart(candidate) == LastPart(word) ? 1 : int.MaxValue);

    private static string LastPart(string path) => path[(path.LastIndexOf('.') + 1)..];
}
