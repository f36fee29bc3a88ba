namespace ActorCron.Pbm;

/// <summary>Everything that pbm touches besides the node: its three streams, the environment, the clock, the user's folder.
/// A test gives its own; a process takes <see cref="ForProcess"/>.</summary>
public sealed class PbmConsole
{
    /// <summary>Data goes here and nothing else, so that it can be piped.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Errors, hints and progress.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Standard input as bytes: a file to import, or the lines of a shell script.</summary>
    public required Stream In { get; init; }

    /// <summary>A person reads <see cref="Out"/>: tables fit the window, colour is allowed.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>A person reads <see cref="Error"/>: progress may redraw its line.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>A person types: the shell edits lines and asks before it destroys.</summary>
    public bool InIsTerminal { get; init; }

    /// <summary>Columns of the window; used only when <see cref="OutIsTerminal"/>.</summary>
    public Func<int> Width { get; init; } = static () => 80;

    /// <summary>An environment variable's value, or null.</summary>
    public Func<string, string?> Variable { get; init; } = static _ => null;

    /// <summary>The clock of time-outs, polling and relative times.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The folder of the shell's history; null keeps none.</summary>
    public string? ConfigFolder { get; init; }

    /// <summary>Colour only for a person who has not said no (no-color.org, TERM=dumb).</summary>
    public bool UsesColour =>
        OutIsTerminal && string.IsNullOrEmpty(Variable("NO_COLOR")) && Variable("TERM") != "dumb";

    /// <summary>Set while a shell carries out a command: what Ctrl+C does instead of ending pbm.</summary>
    internal Action? OnInterrupt { get; set; }

    /// <summary>The same with its data going to a file.</summary>
    internal PbmConsole WithOut(TextWriter file) => new()
    {
        Out = file, Error = Error, In = In, ErrorIsTerminal = ErrorIsTerminal, InIsTerminal = InIsTerminal,
        Width = Width, Variable = Variable, Time = Time, ConfigFolder = ConfigFolder,
    };

    /// <summary>The streams and the environment of this process.</summary>
    public static PbmConsole ForProcess()
    {
        var config = Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return new PbmConsole
        {
            Out = StandardOutput.Open(),
            Error = Console.Error,
            In = Console.OpenStandardInput(),
            OutIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            InIsTerminal = !Console.IsInputRedirected,
            Width = static () => Console.WindowWidth is > 0 and var width ? width : 80,
            Variable = Environment.GetEnvironmentVariable,
            ConfigFolder = config.Length == 0 ? null : Path.Combine(config, "pbm"),
        };
    }
}
