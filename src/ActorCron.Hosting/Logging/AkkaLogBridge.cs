using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace ActorCron.Hosting.Logging;

/// <summary>Gives an actor system the loggers that its lines go to, together with <see cref="AkkaLogBridge.Config"/>.</summary>
public sealed class AkkaLogSetup(ILoggerFactory loggers) : Setup
{
    public ILoggerFactory Loggers { get; } = loggers;
}

/// <summary>Akka's log through the loggers of the host. Which lines count is decided there, so that a change takes effect at once.</summary>
public sealed class AkkaLogBridge : ReceiveActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    /// <summary>Makes it the actor system's only logger; lay it over the rest.</summary>
    public static readonly Config Config = ConfigurationFactory.ParseString($$"""
        akka.loggers = ["{{NameOf(typeof(AkkaLogBridge))}}"]
        akka.stdout-logger-class = "{{NameOf(typeof(AkkaEdgeLog))}}"
        """);

    private readonly ILoggerFactory _loggers;

    public AkkaLogBridge()
    {
        var setup = Context.System.Settings.Setup.Get<AkkaLogSetup>();
        _loggers = setup.HasValue ? setup.Value.Loggers : throw new InvalidOperationException($"{nameof(AkkaLogBridge)} needs an {nameof(AkkaLogSetup)} in the actor system's setup.");
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(Write);
    }

    /// <summary>Akka's name for a level, to tell its event stream what to let through.</summary>
    public static Akka.Event.LogLevel LevelOf(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => Akka.Event.LogLevel.DebugLevel,
        LogLevel.Information => Akka.Event.LogLevel.InfoLevel,
        LogLevel.Warning => Akka.Event.LogLevel.WarningLevel,
        _ => Akka.Event.LogLevel.ErrorLevel,
    };

    private void Write(LogEvent line) =>
        _loggers.CreateLogger(line.LogSource).Log(IsToldElsewhere(line) || IsOfAkkaAlone(line) ? LogLevel.Debug : Level(line.LogLevel()), line.Cause, "{Message}", line.Message);

    // What Akka says of its own progress (members, sharding, singletons, transports) is for whoever looks for a fault in it. What an operator
    // has to know, the node's own lines say in its own words.
    private static bool IsOfAkkaAlone(LogEvent line) =>
        line.LogLevel() == Akka.Event.LogLevel.InfoLevel && line.LogClass?.Namespace is { } room && (room == "Akka" || room.StartsWith("Akka.", StringComparison.Ordinal));

    // A journal's stream that fails has failed for an actor, which is answered so and says it itself, once and not at every attempt.
    private static bool IsToldElsewhere(LogEvent line) =>
        line.LogSource.Contains("/akka.persistence.", StringComparison.Ordinal) && line.LogSource.Contains("/StreamSupervisor", StringComparison.Ordinal);

    private static string NameOf(Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";

    private static LogLevel Level(Akka.Event.LogLevel level) => level switch
    {
        Akka.Event.LogLevel.DebugLevel => LogLevel.Debug,
        Akka.Event.LogLevel.InfoLevel => LogLevel.Information,
        Akka.Event.LogLevel.WarningLevel => LogLevel.Warning,
        _ => LogLevel.Error,
    };
}
