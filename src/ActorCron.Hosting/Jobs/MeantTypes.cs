using ActorCron.Core.Batches;
using ActorCron.Core.Text;

namespace ActorCron.Hosting.Jobs;

/// <summary>Guesses which job type was meant by another name.</summary>
internal static class MeantTypes
{
    private static readonly Dictionary<string, string> Synonyms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sh"] = "shell", ["bash"] = "shell", ["zsh"] = "shell", ["ksh"] = "shell", ["dash"] = "shell", ["/bin/sh"] = "shell", ["cmd"] = "shell", ["command"] = "shell",
        ["exec"] = "shell", ["executable"] = "shell", ["process"] = "shell", ["script"] = "shell", ["program"] = "shell", ["powershell"] = "shell", ["local"] = "shell",
        ["https"] = "http", ["url"] = "http", ["web"] = "http", ["webhook"] = "http", ["hook"] = "http", ["request"] = "http", ["rest"] = "http", ["curl"] = "http", ["get"] = "http", ["post"] = "http",
        ["none"] = "noop", ["nop"] = "noop", ["null"] = "noop", ["no-op"] = "noop", ["no_op"] = "noop", ["nothing"] = "noop", ["test"] = "noop", ["dummy"] = "noop", ["sleep"] = "noop",
    };

    /// <summary>The type that was meant, or null where none is near.</summary>
    public static string? Of(string type, IReadOnlyCollection<string> known)
    {
        IReadOnlyCollection<string> all = [.. known, BatchJob.Type];
        return all.FirstOrDefault(candidate => candidate.Equals(type, StringComparison.OrdinalIgnoreCase))
            ?? (Synonyms.TryGetValue(type, out var meant) && known.Contains(meant) ? meant : Spelling.Nearest(type, all));
    }
}
