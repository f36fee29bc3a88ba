using ActorCron.Actors.Brokers;
using ActorCron.Actors.Serialization;
using ActorCron.Actors.Shells;
using ActorCron.Core.Dispatching;
using ActorCron.Core.Machines;
using Akka.Actor;
using Akka.Event;
using Akka.Streams;

namespace ActorCron.Actors.Scheduling;

/// <summary>The shell of <see cref="Dispatcher"/>: keeps its stream to the broker and asks the broker for depths.</summary>
public sealed class DispatcherActor : MachineActor
{
    private readonly IRunBroker _broker;
    private readonly DispatchSettings _settings;
    private readonly ActorMaterializer _materializer = Context.Materializer();
    private readonly CancellationTokenSource _stopped = new();
    private BrokerStream? _stream;

    /// <param name="epoch">Of the scheduler that it belongs to.</param>
    /// <param name="shards">The region of the run shards.</param>
    /// <param name="broker">Where runs are published.</param>
    /// <param name="settings">How the dispatcher behaves; whether publishing is durable the broker says.</param>
    /// <param name="time">The clock.</param>
    public DispatcherActor(long epoch, IActorRef shards, IRunBroker broker, DispatchSettings settings, TimeProvider time)
        : base(new Dispatcher(epoch, settings with { PublishingIsDurable = broker.IsDurable }), time, shards) =>
        (_broker, _settings) = (broker, settings);

    /// <inheritdoc />
    protected override void PostStop()
    {
        _stopped.Cancel();
        _stopped.Dispose();
        base.PostStop();
    }

    /// <inheritdoc />
    protected override object? Translate(object message)
    {
        switch (message)
        {
            case Status.Failure failure:
                Log.Warning(failure.Cause, "Something that the dispatcher had asked for failed");
                return null;
            default: return message;
        }
    }

    /// <inheritdoc />
    protected override void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case OpenStream open: Open(open.Number); break;
            case Publish publish when publish.Stream == _stream?.Number: _stream.Publish(publish.Item); break;
            case Publish: break; // Its stream has been replaced: whoever decided it hears no more of that one.
            case MeasureDepth measure: Measure(measure.Queue, measure.Question); break;
            default: base.CarryOut(effect); break;
        }
    }

    private void Open(long number)
    {
        _stream?.Close();
        _stream = BrokerStream.Open(number, _broker, _settings.ConfirmWindow, Self, _materializer);
    }

    private void Measure(string queue, long question) => DepthOf(queue).PipeTo(Self, Self,
        depth => new DepthMeasured(question, queue, new MeasuredDepth(depth?.Messages ?? 0, depth?.Consumers ?? 0)),
        _ => new DepthMeasured(question, queue, null));

    private async Task<QueueDepth?> DepthOf(string queue)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(_stopped.Token);
        bound.CancelAfter(_settings.AskTimeout);
        return await _broker.GetDepthAsync(queue, bound.Token);
    }
}
