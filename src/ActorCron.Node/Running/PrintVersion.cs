using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace ActorCron.Node.Running;

/// <summary><c>actorcron 0.1.0</c>.</summary>
internal sealed class PrintVersion : SynchronousCommandLineAction
{
    public static string Version { get; } = typeof(PrintVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"actorcron {Version}");
        return ExitCode.Ok;
    }
}
