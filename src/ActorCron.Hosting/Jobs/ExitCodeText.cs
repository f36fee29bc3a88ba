namespace ActorCron.Hosting.Jobs;

/// <summary>An exit code in words.</summary>
internal static class ExitCodeText
{
    private const int Signalled = 128;

    /// <summary><c>exit code 3</c>; shells report a process that a signal killed as 128 and the signal's number, which then gets its name (Linux).</summary>
    public static string Of(int code)
    {
        var signal = (code - Signalled) switch
        {
            1 => "SIGHUP",
            2 => "SIGINT",
            3 => "SIGQUIT",
            4 => "SIGILL",
            5 => "SIGTRAP",
            6 => "SIGABRT",
            7 => "SIGBUS",
            8 => "SIGFPE",
            9 => "SIGKILL",
            10 => "SIGUSR1",
            11 => "SIGSEGV",
            12 => "SIGUSR2",
            13 => "SIGPIPE",
            14 => "SIGALRM",
            15 => "SIGTERM",
            24 => "SIGXCPU",
            25 => "SIGXFSZ",
            31 => "SIGSYS",
            _ => null,
        };
        var words = code switch
        {
            126 => "command cannot be executed",
            127 => "command not found",
            _ => signal is null ? null : $"killed by {signal}",
        };
        return words is null ? $"exit code {code}" : $"exit code {code} ({words})";
    }
}
