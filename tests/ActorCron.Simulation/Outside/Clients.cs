using ActorCron.Core;
using System.Collections.Immutable;
using ActorCron.Core.Jobs;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Scheduling;
using ActorCron.Core.Time;
using ActorCron.Simulation.Engine;
using ActorCron.Simulation.Judging;
using ActorCron.Simulation.Scenarios;

namespace ActorCron.Simulation.Outside;

/// <summary>What users do: they put schedules, change, pause, trigger and backfill them, cancel and retry runs, and note what they are told.</summary>
public sealed class Clients(World world)
{
    private const int Patient = 40;
    private readonly Dictionary<string, (Schedule Schedule, ScheduleBook.State State)> _wanted = new(StringComparer.Ordinal);
    private int _stamps;

    public void Begin()
    {
        var number = 0;
        foreach (var row in world.Scenario.Schedules)
        {
            var id = (ulong)++number;
            world.Loop.At(Span.Ms(row.CreatedMs), EventKind.Command, number, () => Put(row, id, Documents.Of(row, Stamp()), row.PeriodSeconds));
        }
        foreach (var command in world.Scenario.Commands)
        {
            // Named by its content: leaving one out shifts no other.
            var id = StableHash.Of(command.ToString());
            world.Loop.At(Span.Ms(command.AtMs), EventKind.Command, (long)command.Kind, () => Run(command, id));
        }
    }

    private string Stamp() => $"change {++_stamps}";

    private void Run(CommandRow command, ulong id)
    {
        if (world.Scenario.Schedules.Count == 0) return;
        var row = world.Scenario.Schedules[command.Schedule % world.Scenario.Schedules.Count];
        if (!_wanted.TryGetValue(row.Id, out var wanted)) return;
        world.Reached($"command: {command.Kind}");
        switch (command.Kind)
        {
            case CommandKind.Edit: Edit(row, id, wanted.Schedule, wanted.State, command.Argument); break;
            case CommandKind.PutAgain: Put(row, id, wanted.Schedule, wanted.State.Period); break;
            case CommandKind.Pause: Pause(row, id, paused: true); break;
            case CommandKind.Resume: Pause(row, id, paused: false); break;
            case CommandKind.Trigger: Trigger(row, id, wanted.Schedule, command.Impatient); break;
            case CommandKind.Backfill: Backfill(row, id, wanted.Schedule, wanted.State.Period, command.Argument); break;
            case CommandKind.Cancel: Cancel(row, id, command.Argument); break;
            case CommandKind.Retry: Retry(row, id, command.Argument, command.Impatient); break;
            case CommandKind.Remove: Remove(row, id); break;
            case CommandKind.Foreign: Foreign(command.Argument); break;
        }
    }

    private void Edit(ScheduleRow row, ulong id, Schedule schedule, ScheduleBook.State state, int argument)
    {
        var period = state.Period;
        switch (argument % 4)
        {
            case 0:
                period = period == row.PeriodSeconds ? (60 % (2 * period) == 0 ? 2 * period : 60) : row.PeriodSeconds;
                schedule = schedule with { Time = Documents.TimeOf(row, period) };
                break;
            case 1:
                world.Oracle.ScheduleOf(row.Id).MayOverlap = true;
                schedule = schedule with { Overlap = OverlapPolicy.Allow };
                break;
            case 2: schedule = schedule with { Priority = argument % 7 }; break;
            default: break;
        }
        Put(row, id, schedule with { Description = Stamp() }, period);
    }

    private void Put(ScheduleRow row, ulong id, Schedule schedule, int period)
    {
        var state = new ScheduleBook.State(true, schedule.Paused, period, schedule.Description);
        _wanted[row.Id] = (schedule, state);
        var partition = CatalogPartitions.Of(row.Id);
        var message = new PutSchedules(partition, [new ScheduleToPut(schedule, Precondition.None)], DryRun: false);
        Change(row.Id, id, state, message, answer => answer is SchedulesPut { Outcomes: [{ Kind: PutKind.Created or PutKind.Updated or PutKind.Unchanged } outcome] }
            && CheckAnswer(row.Id, schedule.Description, outcome.Stored?.Schedule.Description));
    }

    private static bool CheckAnswer(string id, string sent, string? answered)
    {
        if (sent != answered) throw new BrokenPromiseException("an answer is about its question", $"a put of {id} with '{sent}' was answered with '{answered}'", id);
        return true;
    }

    private void Pause(ScheduleRow row, ulong id, bool paused)
    {
        var (schedule, state) = _wanted[row.Id];
        if (!state.Exists) return;
        _wanted[row.Id] = (schedule with { Paused = paused }, state with { Paused = paused });
        // It keeps the rest as it is, and which of two puts at once came last nobody knows.
        var certain = world.Oracle.ScheduleOf(row.Id).At(world.Loop.Now);
        state = new ScheduleBook.State(true, paused, certain?.Period ?? 0, certain?.Stamp ?? "");
        Change(row.Id, id, state, new SetPaused(CatalogPartitions.Of(row.Id), row.Id, paused), answer => answer is ScheduleAnswer, answer => answer is ScheduleAnswer { Stored: null });
    }

    private void Remove(ScheduleRow row, ulong id)
    {
        var (schedule, state) = _wanted[row.Id];
        if (!state.Exists) return;
        state = state with { Exists = false };
        _wanted[row.Id] = (schedule, state);
        Change(row.Id, id, state, new RemoveSchedule(CatalogPartitions.Of(row.Id), row.Id, Precondition.None), answer => answer is ScheduleRemoval { Outcome: RemoveOutcome.Removed or RemoveOutcome.NotFound });
    }

    // A change is asked for until it is acknowledged; each try may have been carried out.
    private void Change(string schedule, ulong id, ScheduleBook.State state, object message, Func<object, bool> answered, Func<object, bool>? isGone = null)
    {
        var book = world.Oracle.ScheduleOf(schedule);
        var claim = book.Sent(state, world.Loop.Now);
        world.Story?.Add($"a client asks of {schedule}: {state}");
        Client.Ask(world, id, Patient, 4 * Span.Second, client =>
        {
            claim.Copies++;
            world.Router.ToScheduler(client, message);
        }, answer =>
        {
            if (!answered(answer)) return false;
            world.Story?.Add($"the client is told that {schedule} is {state}");
            claim.AckedAt = world.Loop.Now;
            if (isGone?.Invoke(answer) == true) claim.State = claim.State with { Exists = false };
            return true;
        });
    }

    private void Trigger(ScheduleRow row, ulong id, Schedule schedule, bool impatient)
    {
        var unique = $"{row.Id}@manual-{Draws.Of(world.Scenario.Seed, 13, id, 0):x16}";
        var spec = ScheduleCatalog.SpecOf(schedule, World.Epoch.AddTicks(world.Loop.Now), RunTrigger.Manual, late: false, unique);
        Dispatch(id, [new NewRun(spec, null)], awaits: true, impatient);
    }

    private void Backfill(ScheduleRow row, ulong id, Schedule schedule, int period, int argument)
    {
        var runs = ImmutableArray.CreateBuilder<NewRun>();
        var now = world.Loop.Now / Span.Second;
        var from = now - 5 - (argument % 60);
        for (var second = from; second < now && runs.Count < 12; second++)
        {
            if (second % period != 0) continue;
            var spec = ScheduleCatalog.SpecOf(schedule, World.Epoch.AddSeconds(second), RunTrigger.Backfill, late: true);
            runs.Add(new NewRun(spec, null));
        }
        if (runs.Count > 0) Dispatch(id, runs.ToImmutable(), awaits: false, impatient: argument % 2 == 0);
    }

    private void Dispatch(ulong id, ImmutableArray<NewRun> runs, bool awaits, bool impatient)
    {
        world.Story?.Add($"a client triggers or backfills {string.Join(", ", runs.Select(run => run.Spec.Id))}");
        foreach (var run in runs) world.Oracle.AskedFor(run.Spec.Id);
        Client.Ask(world, id, Patient, impatient ? Span.Second : 16 * Span.Second, client => world.Router.ToScheduler(client, new DispatchRuns(runs, awaits)), answer =>
        {
            if (answer is not RunsDispatched dispatched) return false;
            foreach (var run in dispatched.Runs)
            {
                var book = world.Oracle.RunOf(run.Id);
                book.IsAcknowledged = true;
                if (!awaits && run.Kind is RegistrationKind.New or RegistrationKind.Held) book.IsBackfill = true;
            }
            return true;
        });
    }

    private void Cancel(ScheduleRow row, ulong id, int argument)
    {
        if (PickRun(row.Id, argument, ended: false) is not { } run) return;
        world.Story?.Add($"a client cancels {run.Id}");
        run.IsCancelAsked = true;
        var shard = RunShards.Of(run.Id);
        Client.Ask(world, id, 10, 4 * Span.Second, client => world.Router.ToShard(client, new CancelRun(shard, run.Id, "a client wants it")), answer =>
        {
            if (answer is not RunCommandAnswer { Kind: var kind } told) return false;
            world.Story?.Add($"the client is told of {run.Id}: {kind}, {told.Run?.State}");
            if (kind == RunCommandKind.Done && told.Run?.State == RunState.Cancelled) run.CancelledAt = Math.Min(run.CancelledAt, world.Loop.Now);
            return true;
        });
    }

    private void Retry(ScheduleRow row, ulong id, int argument, bool impatient)
    {
        if (PickRun(row.Id, argument, ended: true) is not { } run) return;
        world.Story?.Add($"a client retries {run.Id}");
        var shard = RunShards.Of(run.Id);
        Client.Ask(world, id, 10, impatient ? Span.Second / 2 : 4 * Span.Second, client => world.Router.ToShard(client, new RetryRun(shard, run.Id)), answer => answer is RunCommandAnswer);
    }

    // The newest runs of the schedule, as a user would pick one off a list.
    private RunBook? PickRun(string schedule, int argument, bool ended)
    {
        var picked = new List<RunBook>();
        for (var i = world.Oracle.Runs.Count - 1; i >= 0 && picked.Count < 4; i--)
            if (world.Oracle.Runs[i] is var run && run.Schedule?.Row.Id == schedule && (run.End is not null) == ended) picked.Add(run);
        return picked.Count == 0 ? null : picked[argument % picked.Count];
    }

    // A program outside publishes a job message of its own, perhaps twice.
    private void Foreign(int argument)
    {
        var id = $"foreign-{argument % 5}";
        var spec = new RunSpec
        {
            Id = id, User = "outside", Queue = "default", ScheduledFor = World.Epoch.AddTicks(world.Loop.Now), Trigger = RunTrigger.Message, Job = new JobSpec("noop", "{}"),
        };
        world.Oracle.AskedFor(id);
        world.Story?.Add($"a program outside publishes {id}");
        world.Broker.Put(new DispatchItem(spec, 1, 0));
    }
}
