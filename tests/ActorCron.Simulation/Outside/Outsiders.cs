using ActorCron.Core;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Simulation.Engine;
using ActorCron.Simulation.Judging;

namespace ActorCron.Simulation.Outside;

/// <summary>Programs outside the cluster that serve the external queue: they take what they find, execute it, and report until they are told
/// that it is stored. They know of no cancel and of no node.</summary>
public sealed class Outsiders(World world)
{
    public const string Queue = "outside";
    private const int Hands = 3;

    private readonly Draws _draws = new(world.Scenario.Seed, "outsiders");
    private int _busy;

    public void Begin() => Look();

    private void Look() => world.Loop.After(100 * Span.Millisecond, EventKind.Handler, _busy, () =>
    {
        while (_busy < Hands && world.Broker.TakeOutside(Queue) is { } item) Begin(item);
        Look();
    });

    private void Begin(DispatchItem item)
    {
        _busy++;
        world.Oracle.StartedOutside(item.Spec.Id, item.Attempt, item.Fence);
        var handler = world.HandlerOf(item.Spec.Id, item.Attempt);
        // One that fails before it has said a word: its message comes again.
        if (world.FaultsOn && world.Scenario.Faults.Count > 0 && _draws.Chance(300))
        {
            world.Reached("a program outside gives a message back");
            world.Loop.After(handler.Takes / 2, EventKind.Handler, item.Attempt, () =>
            {
                _busy--;
                world.Oracle.EndedOutside(item.Spec.Id, item.Attempt, null);
                world.Broker.Put(item);
            });
            return;
        }
        if (_draws.Half()) Report(item, hasEnded: false, new AttemptResult(RunState.Running));
        world.Loop.After(handler.Takes, EventKind.Handler, item.Attempt, () =>
        {
            _busy--;
            world.Oracle.EndedOutside(item.Spec.Id, item.Attempt, !handler.Fails);
            Report(item, hasEnded: true, handler.Fails ? new AttemptResult(RunState.Failed, Error: "it failed") : new AttemptResult(RunState.Succeeded));
        });
    }

    private void Report(DispatchItem item, bool hasEnded, AttemptResult result)
    {
        var id = item.Spec.Id;
        var message = new ReportExternal(RunShards.Of(id), id, item.Attempt, hasEnded, result, "outsider");
        Client.Ask(world, StableHash.Of(id) + (ulong)item.Attempt, 200, 3 * Span.Second, client => world.Router.ToShard(client, message), answer => answer is ExternalStored);
    }
}
