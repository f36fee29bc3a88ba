using System.CommandLine;
using System.CommandLine.Parsing;
using ActorCron.Pbm.Node;

namespace ActorCron.Pbm.Parsing;

/// <summary>What is wrong with a command line, said once and with the word that was probably meant.</summary>
internal static class UsageReport
{
    /// <summary>The one mistake that comes first, or null when the line is fine.</summary>
    public static string? Of(ParseResult parse, GlobalOptions globals)
    {
        var command = parse.CommandResult.Command;
        var path = Path(command);
        if (parse.GetValue(globals.Node) is { } node && NodeAddress.Parse(node) is null)
            return UnknownWord(node, parse.RootCommandResult.Command, "neither a palette nor HOST:PORT");
        if (StrayOption(parse) is { } stray) return UnknownWord(stray, command, $"not an option of '{path}'");
        if (parse.UnmatchedTokens is [var word, ..])
            return command.Subcommands.Count > 0 ? UnknownWord(word, command, $"not a command of '{path}'")
                : word.StartsWith('-') ? UnknownWord(word, command, $"not an option of '{path}'")
                : $"'{word}' is one word too many for '{path}'; {(FlagBefore(word, parse) is { } flag ? $"{flag} takes true, false or nothing" : "quote a value that has blanks")}";
        if (parse.Errors.Count == 0) return null;
        return command.Subcommands.Count > 0 && command is not RootCommand ? $"'{path}' needs a command" : Words(parse.Errors[0]);
    }

    /// <summary>The words that lead to <paramref name="command"/>, the program's name first.</summary>
    public static string Path(Command command)
    {
        var words = new List<string>();
        for (Symbol? symbol = command; symbol is Command c; symbol = symbol.Parents.FirstOrDefault()) words.Insert(0, c is RootCommand ? "pbm" : c.Name);
        return string.Join(' ', words);
    }

    // The library's words for a value that cannot be tell a type of .NET, or not which option it was.
    private static string Words(ParseError error)
    {
        var message = error.Message.TrimEnd('.');
        if (error.SymbolResult is not OptionResult { Option: var option } result || message.StartsWith(option.Name, StringComparison.Ordinal)) return message;
        if (result.Tokens.Count == 0) return $"{option.Name} needs a value{(option.HelpName is { } value ? $": {value}" : "")}";
        return IsFlag(option) ? $"{option.Name}: '{result.Tokens[0].Value}' is neither true nor false" : $"{option.Name}: {message}";
    }

    // What is no value of a flag is a word of its own for the parser, also behind '='.
    private static string? FlagBefore(string word, ParseResult parse)
    {
        var before = parse.Tokens.TakeWhile(token => token.Value != word).LastOrDefault();
        if (before is not { Type: TokenType.Option }) return null;
        return parse.CommandResult.Children.OfType<OptionResult>().Any(result => result.IdentifierToken == before && IsFlag(result.Option)) ? before.Value : null;
    }

    private static bool IsFlag(Option option) => option.ValueType == typeof(bool) || option.ValueType == typeof(bool?);

    // The parser takes an option that it does not know for a positional value. No id, cron rule or file starts with '-'
    // (except '-' alone: standard input); who means one says so with '--' before it.
    private static string? StrayOption(ParseResult parse)
    {
        if (parse.Tokens.Any(token => token.Type == TokenType.DoubleDash)) return null;
        return parse.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens)
            .Select(token => token.Value)
            .FirstOrDefault(value => value.Length > 1 && value[0] == '-');
    }

    private static string UnknownWord(string word, Command command, string what)
    {
        var known = word.StartsWith('-')
            ? OptionsOf(command)
            : command.Subcommands.Where(sub => !sub.Hidden).SelectMany(sub => sub.Aliases.Prepend(sub.Name));
        var nearest = Typos.Nearest(word, known);
        return $"'{word}' is {what}{(nearest is null ? "" : $"; did you mean '{nearest}'?")}";
    }

    private static IEnumerable<string> OptionsOf(Command command)
    {
        for (Symbol? symbol = command; symbol is Command current; symbol = symbol.Parents.FirstOrDefault())
            foreach (var option in current.Options.Where(option => !option.Hidden && (current == command || option.Recursive)))
            {
                yield return option.Name;
                foreach (var alias in option.Aliases) yield return alias;
            }
    }
}
