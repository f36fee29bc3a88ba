using System.ComponentModel;
using System.Diagnostics;

namespace ActorCron.Hosting.Jobs;

/// <summary>The account that shell jobs run under, from the system's user database.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Group">The number of its primary group.</param>
/// <param name="Home">Its home folder.</param>
internal sealed record ShellAccount(string Name, string Group, string Home)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    /// <summary>Looks the account up; null where there is none of that name.</summary>
    public static async Task<ShellAccount?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("getent") { ArgumentList = { "passwd", "--", name }, RedirectStandardOutput = true, RedirectStandardInput = true };
        using var getent = Start(start);
        if (getent is null) return null;
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(Bound);
        try
        {
            var line = await getent.StandardOutput.ReadLineAsync(bound.Token);
            await getent.WaitForExitAsync(bound.Token);
            return line?.Split(':') is [var found, _, _, var group, _, var home, ..] && found == name ? new(name, group, home) : null;
        }
        catch (OperationCanceledException)
        {
            getent.Kill();
            throw;
        }
    }

    private static Process? Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start);
        }
        catch (Win32Exception)
        {
            return null; // A system without getent: nobody can be looked up.
        }
    }
}
