namespace ActorCron.Hosting.Jobs;

/// <summary>What a shell job's params say.</summary>
/// <param name="Command">Handed to the shell's <c>-c</c>.</param>
/// <param name="Env">Variables of the job's own.</param>
/// <param name="Stdin">What stands on standard input instead of the params.</param>
/// <param name="Shell">Path of the shell.</param>
/// <param name="Cwd">The folder to start in, <c>~</c> for HOME, or null for the node's.</param>
internal sealed record ShellParams(string Command, IReadOnlyList<KeyValuePair<string, string>> Env, string? Stdin, string Shell, string? Cwd)
{
    private const string AtHome = "~";

    /// <summary>Whether it starts in HOME, as a crontab's jobs do.</summary>
    public bool StartsAtHome => Cwd == AtHome;

    /// <exception cref="FormatException">The params are wrong; the message says where and what would be right.</exception>
    public static ShellParams Read(string parameters, bool tolerant = false)
    {
        using var reader = new ParamsReader(parameters, tolerant, "command", "env", "stdin", "shell", "cwd");
        var command = reader.Text("command");
        if (string.IsNullOrWhiteSpace(command)) throw ParamsReader.Refused("params.command is missing: the command line that the shell is to run");
        var env = reader.Texts("env");
        foreach (var (name, value) in env)
            if (name.Length == 0 || name.Contains('=', StringComparison.Ordinal) || name.Contains('\0', StringComparison.Ordinal) || value.Contains('\0', StringComparison.Ordinal))
                throw ParamsReader.Refused($"params.env: '{name}' cannot be set in an environment; a name holds no '=' and no NUL, a value no NUL");
        var cwd = reader.Text("cwd");
        if (cwd is not null and not AtHome && !Path.IsPathRooted(cwd)) throw ParamsReader.Refused($"params.cwd must be an absolute path, not '{cwd}', or ~ for HOME");
        var shell = reader.Text("shell") ?? "/bin/sh";
        if (shell.Length == 0) throw ParamsReader.Refused("params.shell must be the path of a shell");
        return new(command, env, reader.Value("stdin") is { } stdin ? Input(stdin) : null, shell, cwd);
    }

    // A NUL is fine on standard input.
    private static string Input(System.Text.Json.JsonElement stdin) =>
        stdin.ValueKind == System.Text.Json.JsonValueKind.String ? stdin.GetString()! : throw ParamsReader.Refused($"params.stdin must be a string, not {ParamsReader.Kind(stdin)}");
}
