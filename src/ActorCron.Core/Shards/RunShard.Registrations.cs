using System.Collections.Immutable;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Shards;

// Runs are put on record.
public sealed partial class RunShard
{
    private void OnRegister(RegisterRuns register)
    {
        if (_outbox.IsReplaced(register.Epoch)) return;
        foreach (var run in register.Runs)
        {
            if (!_ledger.NeedsHistory(run.Spec)) continue;
            // All of them, since what is on the books now may have left them when the answer comes.
            Ask(register, [.. register.Runs.Select(static run => run.Spec.Id)]);
            return;
        }
        Register(register, _from, null);
    }

    private void Register(RegisterRuns register, Address asker, HistoryAnswered? history)
    {
        if (_outbox.IsReplaced(register.Epoch)) return;
        var answers = ImmutableArray.CreateBuilder<Registration>(register.Runs.Length);
        // Each decision needs the one before: two runs of one schedule may stand in one message.
        foreach (var run in register.Runs) answers.Add(new Registration(run.Spec.Id, RegisterOne(run, history)));
        _into.Tell(asker, new RunsRegistered(_shard, answers.MoveToImmutable(), register.Request));
    }

    private RegistrationKind RegisterOne(NewRun run, HistoryAnswered? history)
    {
        var id = run.Spec.Id;
        if (_ledger.TryGet(id, out _)) return RegistrationKind.Known;
        if (history?.Existing.Contains(id) == true || _questions.WasForgotten(id)) return RegistrationKind.Duplicate;
        // What the plan names has not been planned before: retention keeps all that a successor could name once more.
        if (!run.Again && run.Spec.Trigger != RunTrigger.Schedule && history?.Expired.Contains(id) == true) return RegistrationKind.Expired;
        var events = _ledger.Register(run.Spec, run.Missed, _now.Utc);
        var kind = KindOf((RunEvent.RunRegistered)events[^1]);
        Decide(events);
        return kind;
    }

    private static RegistrationKind KindOf(RunEvent.RunRegistered registered) => registered switch
    {
        { State: RunState.Skipped } => RegistrationKind.Skipped,
        { State: RunState.Missed } => RegistrationKind.Missed,
        { Held: true } => RegistrationKind.Held,
        _ => RegistrationKind.New,
    };
}
