namespace ActorCron.Node.Logging;

/// <summary>The names of log levels in answers and lines.</summary>
public static class LogLevels
{
    /// <summary>The levels that can be asked for.</summary>
    public static readonly string[] All = ["debug", "info", "warning", "error"];

    public static string Name(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        _ => "error",
    };

    public static bool TryParse(string name, out LogLevel level)
    {
        level = name.ToLowerInvariant() switch
        {
            "debug" => LogLevel.Debug,
            "info" or "information" => LogLevel.Information,
            "warning" or "warn" => LogLevel.Warning,
            "error" => LogLevel.Error,
            _ => LogLevel.None,
        };
        return level != LogLevel.None;
    }
}
