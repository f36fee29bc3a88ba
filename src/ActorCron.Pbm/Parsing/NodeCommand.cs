using System.CommandLine;

namespace ActorCron.Pbm.Parsing;

/// <summary>A command that asks the node something. It returns an exit code; refusals and lost connections are thrown.</summary>
internal abstract class NodeCommand : PbmCommand
{
    protected NodeCommand(PbmContext pbm, string name, string description) : base(name, description) =>
        SetAction(async (parse, cancelled) =>
        {
            using var call = pbm.Open(parse);
            return await RunAsync(call, cancelled).ConfigureAwait(false);
        });

    protected abstract Task<int> RunAsync(Call call, CancellationToken cancelled);

    /// <summary>Adds an option or argument and hands it back, so that a command declares and keeps it in one line.</summary>
    protected T Takes<T>(T symbol) where T : Symbol
    {
        if (symbol is Option option) Options.Add(option);
        if (symbol is Argument argument) Arguments.Add(argument);
        return symbol;
    }
}
