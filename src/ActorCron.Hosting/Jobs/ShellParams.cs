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

    private static readonly string[] Known = ["command", "env", "stdin", "shell", "cwd"];

    // Names of params elsewhere, whose owner expects more of them than to stand on standard input. Others are data for the command.
    private static readonly HashSet<string> Expecting =
        new(["args", "arguments", "workdir", "workingdir", "workingdirectory", "working_dir", "working_directory", "timeout", "environment"], StringComparer.OrdinalIgnoreCase);

    /// <param name="parameters">A JSON object: what is read here, and beside it any data for the command, which gets it all on standard input.</param>
    /// <param name="tolerant">Whether it is part of a batch, whose items are data whatever they are called.</param>
    /// <exception cref="FormatException">The params are wrong; the message says where and what would be right.</exception>
    public static ShellParams Read(string parameters, bool tolerant = false)
    {
        using var reader = new ParamsReader(parameters, tolerant: true);
        var command = reader.Text("command");
        if (!tolerant) CheckOthers(reader, command);
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

    private static void CheckOthers(ParamsReader reader, string? command)
    {
        foreach (var name in reader.Names.Except(Known))
        {
            if (command is null && MeantParams.Of(name, Known) == "command") throw ParamsReader.Refused($"params.command is missing: did you mean 'command' by '{name}'?");
            if (Expecting.Contains(name) || IsOtherCase(name, reader))
                throw ParamsReader.Refused($"params.{name} is not known: {MeantParams.Hint(name, Known)} (data for the command needs another name; it gets all params on standard input)");
            if (reader.Value("stdin") is not null)
                throw ParamsReader.Refused($"params.{name} would reach nobody: params.stdin takes the place of the params on the command's standard input");
        }
    }

    private static bool IsOtherCase(string name, ParamsReader reader) =>
        Known.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } meant && reader.Value(meant) is null;

    // A NUL is fine on standard input.
    private static string Input(System.Text.Json.JsonElement stdin) =>
        stdin.ValueKind == System.Text.Json.JsonValueKind.String ? stdin.GetString()! : throw ParamsReader.Refused($"params.stdin must be a string, not {ParamsReader.Kind(stdin)}");
}
