using ActorCron.Core.Machines;
using ActorCron.Simulation.Engine;
using ActorCron.Simulation.Hosting;

namespace ActorCron.Simulation.Outside;

/// <summary>A question that a client asks through a node; it may be asked again, through another node, when no answer comes.</summary>
public sealed class Client : Host
{
    private readonly Func<object, bool> _answered;
    private bool _isDone;

    private Client(World world, SimProcess process, Func<object, bool> answered) : base(world, process, "client") => _answered = answered;

    public override void Receive(object message, Address from)
    {
        if (_isDone) return;
        _isDone = _answered(message);
    }

    protected override bool CarryOut(Effect effect) => false;

    /// <summary>Asks until there is an answer, or it is tired of it.</summary>
    /// <param name="world">Where.</param>
    /// <param name="id">Names the client, for its draws.</param>
    /// <param name="tries">How often it asks at most.</param>
    /// <param name="patience">How long it waits for an answer.</param>
    /// <param name="ask">Asks through a node.</param>
    /// <param name="answered">True when the answer is one; false asks again.</param>
    /// <param name="givenUp">No answer came.</param>
    public static void Ask(World world, ulong id, int tries, long patience, Action<Client> ask, Func<object, bool> answered, Action? givenUp = null)
    {
        var isDone = false;
        Try(0);

        void Try(int nth)
        {
            if (isDone) return;
            if (nth >= tries)
            {
                givenUp?.Invoke();
                return;
            }
            if (NodeFor(world, id, nth) is { } process)
                ask(new Client(world, process, answer =>
                {
                    if (isDone) return true;
                    return isDone = answered(answer);
                }));
            world.Loop.After(patience, EventKind.Command, (long)id, () => Try(nth + 1));
        }
    }

    private static SimProcess? NodeFor(World world, ulong id, int nth)
    {
        var nodes = world.Cluster.Nodes;
        var first = (int)(Draws.Of(world.Scenario.Seed, 11, id, nth) % (ulong)nodes.Count);
        for (var i = 0; i < nodes.Count; i++)
            if (nodes[(first + i) % nodes.Count].Process is { IsAlive: true, IsFrozen: false, View.Count: > 0 } process) return process;
        return null;
    }
}
