using ActorCron.Actors.Brokers;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Scheduling;
using ActorCron.Core.Time;

namespace ActorCron.Actors.Gateway;

/// <summary>Runs that an operator asks for, and what became of occurrences.</summary>
internal sealed class OccurrenceGateway(ClusterQuestions cluster, RunGateway runs, IRunBroker broker, TimeProvider time)
    : IOccurrenceGateway
{
    private const int MaxOccurrences = 100_000; // An every-second rule names 86,400 a day.
    private const int ChunkSize = 200;

    private readonly BrokerLife _broker = new(broker);

    public async Task<Run?> TriggerAsync(TriggerRequest request, CancellationToken cancellationToken)
    {
        var id = request.Schedule;
        if ((await cluster.GetEntry(id, cancellationToken)).Entry is not { } entry) return null;
        var now = time.GetUtcNow();
        if (request.Key is { } key && await EarlierAsync(id, key, now, cancellationToken) is { } earlier) return earlier;
        await _broker.RequireAsync(cancellationToken);
        // Two askers with one key at the same instant name the same run: its shard makes one of them.
        var runId = request.Key is null ? RunId.ForTrigger(id, Guid.CreateVersion7(now)) : TriggerKeys.Today(id, request.Key, now);
        var spec = WithParams(ScheduleCatalog.SpecOf(entry.Schedule, now, RunTrigger.Manual, late: false, runId), request.Params);
        await Dispatch([spec], awaitDispatch: true, cancellationToken);
        return await runs.GetRunAsync(spec.Id, cancellationToken)
            ?? throw new UnavailableException($"The run {spec.Id} was made, but its record cannot be read now.");
    }

    private async Task<Run?> EarlierAsync(string id, string key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await runs.GetRunAsync(TriggerKeys.Today(id, key, now), cancellationToken) is { } today) return today;
        var yesterday = await runs.GetRunAsync(TriggerKeys.Yesterday(id, key, now), cancellationToken);
        return yesterday?.Spec.ScheduledFor > now - TriggerKeys.Lifetime ? yesterday : null;
    }

    // A command that the node's own crontab does not hold has none of its rights.
    private static RunSpec WithParams(RunSpec spec, string? parameters) => parameters is null || parameters == spec.Job.Params
        ? spec
        : spec with { Job = spec.Job with { Params = parameters }, FromCrontab = false, RunAs = null, ParamsReplaced = true };

    public async Task<BackfillOutcome?> BackfillAsync(string id, DateTimeOffset from, DateTimeOffset to, bool dryRun,
        CancellationToken cancellationToken)
    {
        if ((await cluster.GetEntry(id, cancellationToken)).Entry is not { } entry) return null;
        var now = time.GetUtcNow();
        var occurrences = Between(entry, from, to < now ? to : now);
        var known = await RunsBetween(id, from, to, cancellationToken);
        var ids = occurrences.Select(occurrence => RunId.ForOccurrence(id, occurrence.At)).ToList();
        // What is on record as missed or skipped was never executed: its record becomes its run. Everything else has one.
        var idle = ids.Where(run => known.GetValueOrDefault(run) is { State: RunState.Missed or RunState.Skipped }).ToHashSet();
        var owed = occurrences.Where((_, i) => !known.ContainsKey(ids[i]))
            .Select(occurrence => ScheduleCatalog.SpecOf(entry.Schedule, occurrence.At, RunTrigger.Backfill, late: true)).ToList();
        if (!dryRun)
        {
            await _broker.RequireAsync(cancellationToken);
            foreach (var chunk in owed.Chunk(ChunkSize)) await Dispatch(chunk, awaitDispatch: false, cancellationToken);
            foreach (var chunk in idle.Chunk(ChunkSize))
                await Task.WhenAll(chunk.Select(run => runs.RetryRunAsync(run, cancellationToken)));
        }
        var owedIds = owed.Select(spec => spec.Id).ToHashSet();
        var made = ids.Where(run => idle.Contains(run) || owedIds.Contains(run)).ToList();
        return new BackfillOutcome(occurrences.Count, occurrences.Count - made.Count, made.Count, [.. made.Take(1000)]);
    }

    public async Task<IReadOnlyList<Verdict>?> VerdictsAsync(string id, DateTimeOffset from, DateTimeOffset to,
        CancellationToken cancellationToken)
    {
        if ((await cluster.GetEntry(id, cancellationToken)).Entry is not { } entry) return null;
        var occurrences = Between(entry, from, to);
        return Verdicts.Of(entry, occurrences, await RunsBetween(id, from, to, cancellationToken), time.GetUtcNow());
    }

    private Task<RunsDispatched> Dispatch(IEnumerable<RunSpec> specs, bool awaitDispatch, CancellationToken cancellationToken) =>
        cluster.AskScheduler<RunsDispatched>(new DispatchRuns([.. specs.Select(spec => new NewRun(spec, null))], awaitDispatch),
            cancellationToken, ClusterQuestions.DispatchTimeout);

    private static IReadOnlyList<ScheduleHistory.Occurrence> Between(CatalogEntry entry, DateTimeOffset from, DateTimeOffset to)
    {
        var occurrences = ScheduleHistory.Between(entry, from, to, MaxOccurrences + 1);
        return occurrences.Count <= MaxOccurrences
            ? occurrences
            : throw new RangeTooLargeException(MaxOccurrences, occurrences[MaxOccurrences - 1].At);
    }

    private async Task<Dictionary<string, Run>> RunsBetween(string schedule, DateTimeOffset from, DateTimeOffset to,
        CancellationToken cancellationToken)
    {
        var query = new RunQuery { Schedule = schedule, From = from, To = CalendarEnds.Add(to, TimeSpan.FromTicks(1)), Limit = 1000 };
        var found = new Dictionary<string, Run>();
        string? after = null;
        do
        {
            var page = await runs.ListRunsAsync(query with { After = after }, cancellationToken);
            foreach (var run in page.Items) found.TryAdd(run.Spec.Id, run);
            after = page.Next;
        }
        while (after is not null && found.Count < 2 * MaxOccurrences);
        // The history follows the shards within moments; what is under way is taken from them.
        var question = new GetActiveRuns(RunShards.Of(RunId.ForOccurrence(schedule, from)), schedule);
        foreach (var run in (await cluster.AskShardAgain<ActiveRuns>(question, cancellationToken)).Runs) found[run.Spec.Id] = run;
        return found;
    }
}
