using System.Text;
using ActorCron.Pbm;

namespace ActorCron.Node.Tests.Pbm;

/// <summary>pbm's entry point, run in this process.</summary>
internal sealed record PbmRun(int Exit, string Out, string Error)
{
    public IReadOnlyList<string> Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static Task<PbmRun> Of(StubNode node, params string[] args) => Of([node.Address, .. args]);

    public static Task<PbmRun> Of(string[] args, string input = "", Dictionary<string, string>? environment = null, CancellationToken cancelled = default) =>
        Of(args, new MemoryStream(Encoding.UTF8.GetBytes(input)), environment, cancelled);

    public static async Task<PbmRun> Of(string[] args, Stream input, Dictionary<string, string>? environment = null, CancellationToken cancelled = default)
    {
        using var written = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        var console = new PbmConsole
        {
            Out = TextWriter.Synchronized(written),
            Error = TextWriter.Synchronized(errors),
            In = input,
            Variable = name => environment?.GetValueOrDefault(name),
        };
        var exit = await PbmApp.RunAsync(args, console, cancelled);
        return new PbmRun(exit, written.ToString(), errors.ToString());
    }
}
