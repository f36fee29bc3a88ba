using ActorCron.Actors.Nodes;
using ActorCron.Actors.Serialization;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using Akka.Actor;
using Akka.Event;

namespace ActorCron.Actors.Shells;

/// <summary>Carries out the effects that all machines share (messages, timers, lines of the log), and puts messages together that come in parts.</summary>
/// <param name="context">The shell's context.</param>
/// <param name="timers">The shell's timers.</param>
/// <param name="log">The shell's log.</param>
/// <param name="shards">The region of the run shards; null for a shell whose machine sends nothing there.</param>
internal sealed class EffectRunner(IActorContext context, ITimerScheduler timers, ILoggingAdapter log, IActorRef? shards)
{
    // Made with the first part that comes: most shells never get one.
    private ParcelShelf? _parcels;

    /// <summary>The message as it was sent: itself, or what its parts make once the last one has come; null before.</summary>
    public object? Whole(object message) => message is MessagePart part ? (_parcels ??= new ParcelShelf(context.System)).Add(part) : message;

    /// <summary>False where the effect is not one of the shared ones.</summary>
    public bool TryCarryOut(Effect effect)
    {
        switch (effect)
        {
            case Effect.Send send: Send(send.To.Reference as ICanTell, send.Message, -1); break;
            case SendToShard send: Send(shards, send.Message, send.Message.Shard); break;
            case Effect.SendToWorker send: Send(WorkerPath.On(context.System, send.Node), send.Message, -1); break;
            case Effect.Arm arm: timers.StartSingleTimer(arm.Timer, new Due(arm.Timer), arm.After > Shortest ? arm.After : Shortest); break;
            case Effect.Log line: log.Log(LevelOf(line.Level), null, "{0}", line.Text); break;
            default: return false;
        }
        return true;
    }

    // A timer of no time at all would be refused.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private void Send(ICanTell? to, object message, int shard)
    {
        if (to is null) return;
        if (message is IWireMessage wire) Parcels.Send(to, wire, shard, context.Self, context.System);
        else to.Tell(message, context.Self);
    }

    private static LogLevel LevelOf(Importance level) => level switch
    {
        Importance.Debug => LogLevel.DebugLevel,
        Importance.Info => LogLevel.InfoLevel,
        Importance.Warning => LogLevel.WarningLevel,
        _ => LogLevel.ErrorLevel,
    };
}
