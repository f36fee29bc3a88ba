using ActorCron.Core;
using ActorCron.Core.Runs;
using ActorCron.Core.Working;
using ActorCron.Simulation.Engine;
using ActorCron.Simulation.Judging;
using ActorCron.Simulation.Outside;
using ActorCron.Simulation.Scenarios;

namespace ActorCron.Simulation.Hosting;

/// <summary>The handlers at work in a process. They outlive the worker actor that started them.</summary>
public sealed class WorkSet(World world, SimProcess process)
{
    private readonly List<Work> _works = [];

    /// <summary>What a new life of the worker finds.</summary>
    public IEnumerable<LeftWork> Left()
    {
        foreach (var work in _works) yield return new LeftWork(work.Start.Offer, work.Start.Queue, work.Start.Order, work.Result);
    }

    public bool IsAtWork => _works.Exists(work => work.Result is null);

    public void Start(StartWork start)
    {
        var order = start.Order;
        var execution = world.Oracle.Started(process, order.RunId, order.Attempt, order.Fence, start.Queue);
        var handler = world.HandlerOf(order.RunId, order.Attempt);
        var work = new Work(start, execution, handler.IsDeaf, world.Loop.Now);
        _works.Add(work);
        After(handler.Takes, () => End(work, handler.Fails ? HowEnded.Failed : HowEnded.Succeeded));
        if (order.Spec.Timeout.Ticks < handler.Takes) After(order.Spec.Timeout.Ticks, () => Interrupt(work, timedOut: true));
    }

    public void Cancel(string offer, string reason)
    {
        if (_works.Find(work => work.Start.Offer == offer) is not { } found) return;
        found.Reason ??= reason;
        Interrupt(found, timedOut: false);
    }

    public void Forget(string offer) => _works.RemoveAll(work => work.Start.Offer == offer);

    private void Interrupt(Work work, bool timedOut)
    {
        if (work.Result is not null || work.IsInterrupted) return;
        work.IsInterrupted = true;
        work.TimedOut |= timedOut;
        if (work.IsDeaf)
        {
            world.Reached("a handler is deaf to its cancellation");
            After(Span.Ms(world.Scenario.Knobs.CancelGraceMs), () => GiveUp(work));
        }
        else After((long)(Draws.Of(world.Scenario.Seed, 5, StableHash.Of(work.Start.Offer), 0) % 400) * Span.Millisecond, () => End(work, work.TimedOut ? HowEnded.Failed : HowEnded.Stopped));
    }

    private void GiveUp(Work work)
    {
        if (work.Result is not null) return;
        work.Execution.IsGivenUp = true;
        world.Story?.Add($"{work.Execution} is given up");
        Tell(work, HowEnded.Stopped);
    }

    private void End(Work work, HowEnded how)
    {
        if (work.Execution.Ended != HowEnded.Not) return;
        world.Oracle.Ended(work.Execution, how);
        if (work.Result is null) Tell(work, how);
    }

    private void Tell(Work work, HowEnded how)
    {
        work.Result = how switch
        {
            HowEnded.Succeeded => new AttemptResult(RunState.Succeeded, 0),
            HowEnded.Failed when !work.TimedOut => new AttemptResult(RunState.Failed, 1, Error: "it failed"),
            _ when work.Reason is { } reason => new AttemptResult(RunState.Cancelled, Error: reason),
            _ => new AttemptResult(RunState.TimedOut, Error: "timed out"),
        };
        var took = TimeSpan.FromTicks(world.Loop.Now - work.At);
        world.ActorsOf(process)?.Worker?.Deliver(new WorkEnded(work.Start.Offer, work.Result, took), default);
    }

    private void After(long ticks, Action act) => process.Plan(world.Loop, ticks, EventKind.Handler, process.Uid, act);

    private sealed class Work(StartWork start, Execution execution, bool isDeaf, long at)
    {
        public StartWork Start { get; } = start;
        public Execution Execution { get; } = execution;
        public bool IsDeaf { get; } = isDeaf;
        public long At { get; } = at;
        public AttemptResult? Result { get; set; }
        public string? Reason { get; set; }
        public bool IsInterrupted { get; set; }
        public bool TimedOut { get; set; }
    }
}

/// <summary>What a handler does with one attempt.</summary>
public readonly record struct Behaviour(long Takes, bool Fails, bool IsDeaf);
