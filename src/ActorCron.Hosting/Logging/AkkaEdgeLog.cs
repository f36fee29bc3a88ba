using Akka.Event;

namespace ActorCron.Hosting.Logging;

/// <summary>What Akka says before its loggers run and after they have ended: warnings and errors, on standard error.
/// The rest would only stand among the node's lines in a form of its own.</summary>
public sealed class AkkaEdgeLog : MinimalLogger
{
    protected override void Log(object message)
    {
        if (message is LogEvent line && line.LogLevel() >= LogLevel.WarningLevel) Console.Error.WriteLine($"{line.LogSource}: {line.Message}");
    }
}
