using System.Collections.Immutable;

namespace ActorCron.Node.Importing;

/// <summary>The accounts of this machine, by its file of them: a hint for notes, so that what cannot be read is none.</summary>
internal static class MachineAccounts
{
    private const string File = "/etc/passwd";
    private const int Most = 10_000;

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
