using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace ActorCron.Pbm.Parsing;

/// <summary>The library's help, then the command's examples.</summary>
internal sealed class HelpWithExamples(HelpAction plain) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        plain.Invoke(parseResult);
        var to = parseResult.InvocationConfiguration.Output;
        var examples = parseResult.CommandResult.Command is PbmCommand command ? command.Examples : parseResult.CommandResult.Command is RootCommand ? CommandTree.RootExamples : [];
        if (examples.Count > 0)
        {
            to.WriteLine("Examples:");
            foreach (var example in examples) to.WriteLine($"  {example}");
            to.WriteLine();
        }
        return ExitCode.Ok;
    }
}
