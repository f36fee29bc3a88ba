using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;

namespace ActorCron.Node.Importing;

/// <summary>The accounts of this machine, by its file of them: a hint for notes, so that what cannot be read is none.</summary>
internal static class MachineAccounts
{
    private const string File = "/etc/passwd";
    private const int Most = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Why this node cannot run commands as an account, or null.</summary>
    public static string? CannotRunAs(string account)
    {
        if (account == Environment.UserName) return null;
        if (!Environment.IsPrivilegedProcess) return $"cron would run it as {account}, but this node runs as {Environment.UserName}, which may run commands as no one else: start it as root";
        return Read().Contains(account) || IsFound(account) ? null : $"this machine has no account {account}";
    }

    // Directories such as LDAP have accounts, too.
    private static bool IsFound(string account)
    {
        try
        {
            using var getent = Process.Start(new ProcessStartInfo("getent", ["passwd", "--", account]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            return getent.WaitForExit(Patience) && getent.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Their names.</summary>
    public static ImmutableHashSet<string> Read()
    {
        try
        {
            return [.. System.IO.File.ReadLines(File).Take(Most).Select(line => line.Split(':', 2)[0]).Where(name => name.Length > 0)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
