using ActorCron.Core.Text;

namespace ActorCron.Hosting.Configuration;

/// <summary>Finds which environment variable was meant: <c>ACTORCRON_TOKEN</c> leaves out a word of <c>ACTORCRON_HTTP_TOKEN</c>, which is
/// nearer than <c>ACTORCRON_PORT</c>, however few letters that takes.</summary>
internal static class NearestVariable
{
    private const int LeftOut = 1; // A word of the variable that the name lacks.
    private const int Added = 4;   // A word of the name that the variable lacks.
    private const int Prefix = 10; // ACTORCRON_
    private const int Longest = 64;

    /// <summary>The nearest one, or null where none is near.</summary>
    public static string? Of(string name, IEnumerable<string> variables)
    {
        if (name.Length > Longest) return null;
        var (words, farthest) = (name.ToUpperInvariant().Split('_', StringSplitOptions.RemoveEmptyEntries), Math.Max(3, (name.Length - Prefix) / 3));
        return variables.Select(variable => (Variable: variable, Cost: Cost(words, name, variable)))
            .Where(found => found.Cost <= farthest)
            .OrderBy(found => found.Cost).ThenBy(found => found.Variable.Length)
            .Select(found => found.Variable).FirstOrDefault();
    }

    private static int Cost(string[] words, string name, string variable) =>
        Math.Min(ByWords(words, variable.Split('_')), EditDistance.Between(name.ToUpperInvariant(), variable));

    // The cheapest way from one list of words to the other, in order.
    private static int ByWords(string[] words, string[] wanted)
    {
        var previous = Enumerable.Range(0, wanted.Length + 1).Select(count => count * LeftOut).ToArray();
        foreach (var word in words)
        {
            var current = new int[wanted.Length + 1];
            current[0] = previous[0] + Added;
            for (var i = 0; i < wanted.Length; i++)
            {
                current[i + 1] = Math.Min(previous[i + 1] + Added, current[i] + LeftOut);
                if (Edits(word, wanted[i]) is { } edits) current[i + 1] = Math.Min(current[i + 1], previous[i] + edits);
            }
            previous = current;
        }
        return previous[^1];
    }

    // Words that differ in more than a third of their letters are different words.
    private static int? Edits(string word, string wanted) => EditDistance.Between(word, wanted) is var edits && edits <= wanted.Length / 3 ? edits : null;
}
