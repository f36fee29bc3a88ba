using System.Text.RegularExpressions;
using ActorCron.Node.Tests.Configuration;

namespace ActorCron.Node.Tests.Library;

/// <summary>The commands of one fenced block of a document (languages sh, bash, console).</summary>
/// <param name="Name">File and line of the fence.</param>
/// <param name="Script">The commands as they stand there; of a console without its prompts and answers.</param>
/// <param name="Node">What the node that they ask is started with: a comment <c>node: KEY=VALUE</c> above the block.</param>
/// <param name="NotRun">Why the tests cannot run it: a comment <c>not run by the tests: …</c> above the block; null for all others.</param>
public sealed partial record CommandBlock(string Name, string Script, string Node, string? NotRun)
{
    public static IReadOnlyList<CommandBlock> All { get; } =
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Order(StringComparer.Ordinal).Prepend(Path.Combine(Repository.Root, "README.md")).SelectMany(Of)];

    private static IEnumerable<CommandBlock> Of(string file)
    {
        var text = File.ReadAllText(file);
        foreach (Match fence in Fence().Matches(text))
        {
            var (language, mark) = (fence.Groups["language"].Value, fence.Groups["mark"].Value.Trim());
            if (language is not ("sh" or "bash" or "console" or "shell")) continue;
            var lines = fence.Groups["body"].Value.Split('\n').Select(line => line.StartsWith(fence.Groups["indent"].Value, StringComparison.Ordinal) ? line[fence.Groups["indent"].Length..] : line);
            if (language == "console") lines = lines.Where(line => line.StartsWith("$ ", StringComparison.Ordinal)).Select(line => line[2..]);
            yield return new CommandBlock(
                $"{Path.GetRelativePath(Repository.Root, file)}:{text[..fence.Groups["body"].Index].Count(c => c == '\n')}",
                string.Join('\n', lines),
                After(mark, "node:") ?? "",
                After(mark, "not run by the tests:"));
        }
    }

    private static string? After(string mark, string key) => mark.StartsWith(key, StringComparison.Ordinal) ? mark[key.Length..].Trim() : null;

    [GeneratedRegex("(?:<!--(?<mark>[^>]*)-->\\s*?\n)?^(?<indent>[ ]*)```(?<language>[a-z]*)[ ]*\n(?<body>.*?)^[ ]*```[ ]*$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();
}
