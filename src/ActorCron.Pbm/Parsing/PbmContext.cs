using System.CommandLine;
using ActorCron.Pbm.Node;

namespace ActorCron.Pbm.Parsing;

/// <summary>What the commands of one process share: its console, the global options, and the session when a shell is open.</summary>
internal sealed class PbmContext(PbmConsole console)
{
    public PbmConsole Console { get; set; } = console;

    public GlobalOptions Globals { get; } = new();

    /// <summary>What the shell was opened with; null in a one-shot call.</summary>
    public NodeSettings? Session { get; set; }

    public NodeSettings Resolve(ParseResult parse) => Globals.Resolve(parse, Console.Variable, Session);

    public Call Open(ParseResult parse) => new(parse, Console, Resolve(parse));
}
