using System.Diagnostics;
using ActorCron.Pbm;

namespace ActorCron.Node.Tests.Pbm;

/// <summary>The built pbm.dll as a process of its own.</summary>
internal static class PbmProcess
{
    public static string Dll => typeof(PbmApp).Assembly.Location;

    public static async Task<PbmRun> RunAsync(params string[] args)
    {
        using var process = Start(args);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);
        return new PbmRun(process.ExitCode, await output, await error);
    }

    public static Process Start(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Dll, .. args]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in new[] { "PBM_HOST", "PBM_TOKEN" }) start.Environment.Remove(name);
        return Process.Start(start)!;
    }
}
