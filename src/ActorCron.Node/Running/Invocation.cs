using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Help;
using ActorCron.Hosting.Configuration;

namespace ActorCron.Node.Running;

/// <summary>What the command line asks for.</summary>
/// <param name="Sources">Where the configuration comes from.</param>
/// <param name="Crontab">The crontab to keep in step with, or null.</param>
/// <param name="SystemCrontabs">Files and folders of crontabs with a user column.</param>
/// <param name="Check">Only validate.</param>
public sealed record Invocation(NodeConfigSources Sources, string? Crontab, ImmutableArray<string> SystemCrontabs, bool Check)
{
    private const string Examples = """

        Examples:
          actorcron                                                one node, embedded store and broker, HTTP on 127.0.0.1:9110
          actorcron --crontab hocon/hello.crontab                  the same, running a crontab
          actorcron --config hocon/cluster.conf --set http.port=0  a node of a cluster
          actorcron --config node.conf --check                     only look for mistakes

        Every key of hocon/reference.conf can be set by a file, by an environment variable (ACTORCRON_HTTP_PORT) or by --set.
        """;

    /// <summary>Reads the arguments. Null where that was all: help, version or a mistake, which have been printed.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="environment">Environment variables.</param>
    /// <param name="output">For help and version.</param>
    /// <param name="error">For mistakes.</param>
    /// <param name="exitCode">The exit code where nothing remains to be done.</param>
    public static Invocation? Read(IReadOnlyList<string> args, IReadOnlyDictionary<string, string> environment, TextWriter output, TextWriter error, out int exitCode)
    {
        var config = new Option<string[]>("--config", "-c") { HelpName = "FILE", Description = "A HOCON file; may be given several times, later ones win.", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false };
        var crontab = new Option<string?>("--crontab") { HelpName = "FILE", Description = "A crontab whose entries are kept as schedules crontab/…; allows shell jobs for them.", Arity = ArgumentArity.ExactlyOne };
        var system = new Option<string[]>("--system-crontab") { HelpName = "PATH", Description = "A crontab with a user column, such as /etc/crontab, or a folder of them, such as /etc/cron.d; may be given several times. Commands run as their users, which takes a node that runs as root.", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false };
        var set = new Option<string[]>("--set") { HelpName = "KEY=VALUE", Description = "One setting, over files and environment; may be given several times.", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false };
        var check = new Option<bool>("--check") { Description = "Validate configuration and crontab, print every problem, start nothing." };
        var root = new RootCommand("A node of a distributed cron: scheduler, workers and HTTP API, by its roles.") { config, crontab, system, set, check };
        foreach (var version in root.Options.OfType<VersionOption>()) version.Action = new PrintVersion();

        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        exitCode = ExitCode.Ok;
        if (parsed.Action is HelpAction or PrintVersion)
        {
            parsed.Invoke(new InvocationConfiguration { Output = output, Error = error });
            if (parsed.Action is HelpAction) output.WriteLine(Examples.ReplaceLineEndings());
            return null;
        }
        if (parsed.Errors.Count > 0)
        {
            foreach (var mistake in parsed.Errors) error.WriteLine($"actorcron: {mistake.Message.TrimEnd('.')}");
            error.WriteLine("Try 'actorcron --help'.");
            exitCode = ExitCode.Usage;
            return null;
        }
        var sources = new NodeConfigSources { Files = [.. parsed.GetValue(config) ?? []], Settings = [.. parsed.GetValue(set) ?? []], Environment = environment };
        return new Invocation(sources, parsed.GetValue(crontab), [.. parsed.GetValue(system) ?? []], parsed.GetValue(check));
    }
}
