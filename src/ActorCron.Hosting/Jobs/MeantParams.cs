using ActorCron.Core.Text;

namespace ActorCron.Hosting.Jobs;

/// <summary>Guesses which param of a built-in job was meant by another name: what other programs call it, or a slip of the pen.</summary>
internal static class MeantParams
{
    // Written without case, '_' and '-'.
    private static readonly Dictionary<string, string> Synonyms = new(StringComparer.Ordinal)
    {
        ["cmd"] = "command", ["commands"] = "command", ["commandline"] = "command", ["script"] = "command", ["exec"] = "command", ["run"] = "command",
        ["args"] = "command", ["arg"] = "command", ["argv"] = "command", ["arguments"] = "command",
        ["workdir"] = "cwd", ["workingdir"] = "cwd", ["workingdirectory"] = "cwd", ["dir"] = "cwd", ["directory"] = "cwd", ["chdir"] = "cwd",
        ["environment"] = "env", ["envs"] = "env", ["envvars"] = "env", ["variables"] = "env",
        ["input"] = "stdin", ["executable"] = "shell",
        ["uri"] = "url", ["endpoint"] = "url", ["address"] = "url", ["verb"] = "method", ["header"] = "headers", ["data"] = "body", ["payload"] = "body",
        ["sleep"] = "sleepMs", ["sleepseconds"] = "sleepMs", ["delay"] = "sleepMs", ["duration"] = "sleepMs", ["error"] = "fail",
    };

    // Fields of the schedule that people look for among the params.
    private static readonly Dictionary<string, string> BesideJob = new(StringComparer.Ordinal)
    {
        ["timeout"] = "timeout", ["timeoutseconds"] = "timeout", ["timelimit"] = "timeout", ["retry"] = "retry", ["retries"] = "retry", ["maxattempts"] = "retry",
        ["queue"] = "queue", ["priority"] = "priority", ["timezone"] = "timeZone", ["overlap"] = "overlap", ["jitter"] = "jitter",
    };

    /// <summary>A hint for a name that the handler does not read, or null: <c>did you mean 'cwd'?</c>, or that it belongs beside <c>job</c>.</summary>
    public static string? Hint(string name, IReadOnlyCollection<string> known)
    {
        var plain = Plain(name);
        if (BesideJob.TryGetValue(plain, out var field)) return $"the schedule's \"{field}\" stands beside \"job\", not among its params";
        return Of(plain, known) is { } meant ? $"did you mean '{meant}'?" : null;
    }

    /// <summary>The param that was meant, or null where none is near.</summary>
    public static string? Of(string name, IReadOnlyCollection<string> known)
    {
        var plain = Plain(name);
        if (known.FirstOrDefault(candidate => Plain(candidate) == plain) is { } same) return same;
        if (Synonyms.TryGetValue(plain, out var meant) && known.Contains(meant)) return meant;
        return Spelling.Nearest(name, known);
    }

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
}
