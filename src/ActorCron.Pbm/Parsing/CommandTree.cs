using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;
using ActorCron.Pbm.Palettes;
using ActorCron.Pbm.Shell;

namespace ActorCron.Pbm.Parsing;

/// <summary>Every palette and command (contract section 9).</summary>
internal static class CommandTree
{
    // '@hourly' is a cron macro here, not a response file.
    public static readonly ParserConfiguration Parser = new() { ResponseFileTokenReplacer = null };

    public static readonly IReadOnlyList<string> RootExamples =
    [
        "pbm cron add ping --every 90s --url https://example.org/ping",
        "pbm cron import /etc/crontab --system --dry-run",
        "pbm run list --state failed",
        "pbm node-2:9110 cluster show",
        "PBM_TOKEN=… pbm -o json cron list | jq '.items[].id'",
        "pbm                    # a shell with history and completion",
    ];

    public static RootCommand Build(PbmContext pbm)
    {
        var root = new RootCommand("The command line of an ActorCron cluster. Without a command it opens a shell.");
        root.Options.Clear();
        var help = new HelpOption("--help", "-h", "-?");
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        root.Options.Add(help);
        root.Options.Add(new VersionOption { Action = new PrintVersion() });
        foreach (var suggest in root.Directives.OfType<SuggestDirective>()) suggest.Action = new SuggestAction(suggest, root);

        pbm.Globals.AddTo(root);
        foreach (var palette in PaletteList.All(pbm)) root.Subcommands.Add(palette);
        root.Subcommands.Add(new CompletionCommand());
        root.Subcommands.Add(new HelpCommand(root));
        return root;
    }
}
