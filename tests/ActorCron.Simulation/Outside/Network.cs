using ActorCron.Simulation.Engine;
using ActorCron.Simulation.Scenarios;

namespace ActorCron.Simulation.Outside;

/// <summary>Carries messages between processes: late, sometimes not at all. It keeps the order between two processes and sends nothing twice,
/// as Akka does, unless the scenario says so.</summary>
public sealed class Network(World world, Rates rates, int nodes)
{
    private readonly Draws _draws = new(world.Scenario.Seed, "network");
    private readonly Dictionary<(int From, int To), long> _lastArrival = [];
    private readonly int[,] _cut = new int[nodes, nodes];
    private int _lossBurst;

    /// <summary>Messages to lose besides the rate, in 10,000, while a burst lasts.</summary>
    public void LoseMore(int of10000) => _lossBurst = of10000;

    public void Cut(int from, int to) => _cut[from, to]++;

    public void Mend(int from, int to) => _cut[from, to] = Math.Max(0, _cut[from, to] - 1);

    /// <summary>Whether messages come through in both directions.</summary>
    public bool IsOpen(SimNode a, SimNode b) => a == b || (_cut[a.Index, b.Index] == 0 && _cut[b.Index, a.Index] == 0);

    /// <summary>Sends; within a process nothing is lost or late.</summary>
    public void Send(SimProcess from, SimProcess to, long id, Action arrive)
    {
        if (from == to)
        {
            to.Plan(world.Loop, 0, EventKind.Message, id, arrive);
            return;
        }
        if (_cut[from.Node.Index, to.Node.Index] > 0)
        {
            world.Reached("message lost in a partition");
            return;
        }
        if (world.FaultsOn && _draws.Chance(rates.NetworkLoss + _lossBurst))
        {
            world.Reached("message lost");
            world.Faults++;
            return;
        }
        Deliver(from, to, id, arrive);
        if (!world.FaultsOn || !_draws.Chance(rates.NetworkTwice)) return;
        world.Reached("message came twice");
        world.Faults++;
        Deliver(from, to, id, arrive);
    }

    private void Deliver(SimProcess from, SimProcess to, long id, Action arrive)
    {
        var at = world.Loop.Now + (50 * Span.Microsecond) + _draws.Around(rates.NetworkDelay * Span.Microsecond);
        var link = (from.Uid, to.Uid);
        if (world.FaultsOn && _draws.Chance(rates.NetworkReorder))
        {
            world.Reached("message overtaken");
            at += _draws.Around(50 * Span.Millisecond);
        }
        else
        {
            if (_lastArrival.TryGetValue(link, out var last) && last >= at) at = last;
            _lastArrival[link] = at;
        }
        world.Loop.At(at, EventKind.Message, id, () => to.Do(EventKind.Message, id, arrive));
    }
}
