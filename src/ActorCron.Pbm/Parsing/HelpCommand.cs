using System.CommandLine;

namespace ActorCron.Pbm.Parsing;

/// <summary><c>pbm help cron add</c>: the same as <c>pbm cron add --help</c>, and the word that Petabridge.Cmd's users type.</summary>
internal sealed class HelpCommand : PbmCommand
{
    public HelpCommand(RootCommand root) : base("help", "Show help: of pbm, of a palette, or of a command.")
    {
        var words = new Argument<string[]>("COMMAND") { Arity = ArgumentArity.ZeroOrMore, Description = "The palette and command." };
        Arguments.Add(words);
        SetAction(parse =>
        {
            string[] about = parse.GetValue(words) ?? [];
            var help = root.Parse([.. about, "--help"], CommandTree.Parser);
            var known = help.CommandResult.Command is RootCommand ? 0 : UsageReport.Path(help.CommandResult.Command).Split(' ').Length - 1;
            if (known < about.Length) throw new UsageException($"there is no command '{string.Join(' ', about)}'{Guess(about, root)}");
            return help.Invoke(parse.InvocationConfiguration);
        });
    }

    private static string Guess(string[] about, RootCommand root)
    {
        Command at = root;
        foreach (var word in about)
        {
            var next = at.Subcommands.FirstOrDefault(sub => sub.Name == word || sub.Aliases.Contains(word));
            if (next is null) return Typos.Nearest(word, at.Subcommands.Select(sub => sub.Name)) is { } nearest ? $"; did you mean '{nearest}'?" : "";
            at = next;
        }
        return "";
    }
}
