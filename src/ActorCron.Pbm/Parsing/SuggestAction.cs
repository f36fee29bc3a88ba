using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Invocation;

namespace ActorCron.Pbm.Parsing;

/// <summary><c>pbm [suggest:POSITION] "LINE"</c>: what the shells' completion scripts ask; one word a line.</summary>
internal sealed class SuggestAction(SuggestDirective directive, RootCommand root) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var line = parseResult.Tokens.LastOrDefault(token => token.Type != System.CommandLine.Parsing.TokenType.Directive)?.Value ?? "";
        var asked = parseResult.GetResult(directive)?.Values is [var text, ..] && int.TryParse(text, out var at) ? at : line.Length;
        var program = line.IndexOf(' ', StringComparison.Ordinal) + 1; // the line begins with pbm itself, under whatever name
        if (program == 0) return ExitCode.Ok;
        foreach (var word in Of(root, line[program..], Math.Clamp(asked - program, 0, line.Length - program))) parseResult.InvocationConfiguration.Output.WriteLine(word);
        return ExitCode.Ok;
    }

    /// <summary>The words that can stand at <paramref name="position"/> of <paramref name="line"/> and begin as the one there does.</summary>
    public static IReadOnlyList<string> Of(RootCommand root, string line, int position)
    {
        var start = line[..position].LastIndexOf(' ') + 1;
        var begun = line[start..position];
        return [.. root.Parse(line, CommandTree.Parser).GetCompletions(position)
            .Select(item => item.InsertText ?? item.Label)
            .Where(word => word.StartsWith(begun, StringComparison.Ordinal))
            // Every command takes -h and --token; they are offered to those who have begun to type an option.
            .Where(word => begun.StartsWith('-') || !word.StartsWith('-'))
            .Distinct().Order(StringComparer.Ordinal)];
    }
}
