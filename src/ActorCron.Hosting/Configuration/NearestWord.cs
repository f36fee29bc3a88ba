namespace ActorCron.Hosting.Configuration;

/// <summary>Finds what a misspelt name probably meant.</summary>
internal static class NearestWord
{
    /// <summary>The candidate with the fewest edits; a candidate whose last part is nearer wins among equals.</summary>
    public static string Of(string word, IEnumerable<string> candidates) =>
        candidates.MinBy(candidate => (Math.Min(Distance(word, candidate), LastPart(candidate) == LastPart(word) ? 1 : int.MaxValue), candidate.Length)) ?? "";

    private static string LastPart(string path) => path[(path.LastIndexOf('.') + 1)..];

    private static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substitution = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), substitution);
            }
        }
        return row[b.Length];
    }
}
