using ActorCron.Core.Dispatching;
using ActorCron.Core.Limits;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Simulation.Engine;
using ActorCron.Simulation.Outside;

namespace ActorCron.Simulation.Hosting;

/// <summary>A dispatcher where its actor would be.</summary>
public sealed class DispatcherHost(World world, SimProcess process, long epoch)
    : MachineHost(world, process, $"dispatcher {epoch}", new Dispatcher(epoch, world.DispatchSettings))
{
    private PublishStream? _stream;

    public override void Stop()
    {
        base.Stop();
        if (_stream is not null) World.Broker.ClosePublisher(_stream);
    }

    protected override bool CarryOut(Effect effect)
    {
        switch (effect)
        {
            case OpenStream open: Open(open.Number); return true;
            case Publish publish when _stream is not null: World.Broker.Publish(_stream, publish.Item); return true;
            case MeasureDepth measure: Measure(measure); return true;
            default: return false;
        }
    }

    private void Open(long number)
    {
        if (_stream is not null) World.Broker.ClosePublisher(_stream);
        _stream = World.Broker.OpenPublisher(Process,
            (item, failure) => Deliver(new Published(number, new AttemptKey(item.Spec.Id, item.Attempt), failure), Self),
            why => Deliver(new StreamEnded(number, why), Self));
    }

    private void Measure(MeasureDepth measure) => World.Loop.After(Span.Millisecond, EventKind.Broker, measure.Question, () =>
    {
        MeasuredDepth? depth = World.Broker.IsAway ? null : new MeasuredDepth(World.Broker.Of(measure.Queue).Ready.Count, measure.Queue == Outsiders.Queue ? 1 : World.Broker.Of(measure.Queue).Streams.Count);
        Process.Plan(World.Loop, Span.Millisecond, EventKind.Broker, measure.Question, () => Deliver(new DepthMeasured(measure.Question, measure.Queue, depth), Self));
    });
}

/// <summary>A limiter where its actor would be.</summary>
public sealed class LimiterHost(World world, SimProcess process, long epoch) : MachineHost(world, process, $"limiter {epoch}", new Limiter(epoch, world.DispatchSettings.Limits))
{
    public void TellWorkers()
    {
        var names = new string[Process.View.Count];
        for (var i = 0; i < names.Length; i++) names[i] = WorkersAre.NameOf(Process.View[i].Node.Name, Process.View[i].Uid);
        Receive(new WorkersAre([.. names]), Self);
    }

    protected override bool CarryOut(Effect effect) => false;
}
