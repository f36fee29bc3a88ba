using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace ActorCron.Pbm.Parsing;

/// <summary><c>pbm --version</c>: the name and the version, without the commit.</summary>
internal sealed class PrintVersion : SynchronousCommandLineAction
{
    private static readonly string Version =
        (typeof(PrintVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split('+')[0];

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"pbm {Version}");
        return ExitCode.Ok;
    }
}
