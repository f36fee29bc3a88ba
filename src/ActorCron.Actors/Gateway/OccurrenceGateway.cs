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
        await Dispatch([new NewRun(spec, null)], awaitDispatch: true, cancellationToken);
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

    public async Task<BackfillOutcome?> BackfillAsync(string id, Backfill backfill, CancellationToken cancellationToken)
    {
        if ((await cluster.GetEntry(id, cancellationToken)).Entry is not { } entry) return null;
        var (now, to) = (time.GetUtcNow(), backfill.To);
        var occurrences = Between(entry, backfill.From, to < now ? to : now);
        var known = await RunsBetween(id, backfill.From, to, cancellationToken);
        var made = new HashSet<string>();
        var owed = new List<NewRun>();
        foreach (var occurrence in occurrences)
        {
            var run = RunId.ForOccurrence(id, occurrence.At);
            if (!known.TryGetValue(run, out var record))
                owed.Add(new NewRun(ScheduleCatalog.SpecOf(entry.Schedule, occurrence.At, RunTrigger.Backfill, late: true), null, backfill.Again));
            // What is on record as missed or skipped was never executed: its record becomes its run. Everything else has one.
            else if (record.State is RunState.Missed or RunState.Skipped) made.Add(run);
        }
        var expired = backfill.DryRun
            ? await WouldExpire(id, owed, made, cancellationToken)
            : await MakeAsync(owed, made, cancellationToken);
        var ids = occurrences.Select(occurrence => RunId.ForOccurrence(id, occurrence.At)).Where(made.Contains).ToList();
        return new BackfillOutcome(occurrences.Count, occurrences.Count - ids.Count - expired, expired, ids.Count, [.. ids.Take(1000)]);
    }

    public async Task<IReadOnlyList<Verdict>?> VerdictsAsync(string id, DateTimeOffset from, DateTimeOffset to,
        CancellationToken cancellationToken)
    {
        if ((await cluster.GetEntry(id, cancellationToken)).Entry is not { } entry) return null;
        var occurrences = Between(entry, from, to);
        var known = await RunsBetween(id, from, to, cancellationToken);
        return Verdicts.Of(entry, occurrences, known, await runs.PrunedSpanAsync(id, cancellationToken), time.GetUtcNow());
    }

    private async Task<int> WouldExpire(string id, List<NewRun> owed, HashSet<string> made, CancellationToken cancellationToken)
    {
        var span = await runs.PrunedSpanAsync(id, cancellationToken);
        var expired = 0;
        foreach (var run in owed)
        {
            if (!run.Again && span?.Has(run.Spec.ScheduledFor) == true) expired++;
            else made.Add(run.Spec.Id);
        }
        return expired;
    }

    // Answers how many have expired. What is registered meanwhile by another backfill is not this one's.
    private async Task<int> MakeAsync(List<NewRun> owed, HashSet<string> made, CancellationToken cancellationToken)
    {
        await _broker.RequireAsync(cancellationToken);
        foreach (var chunk in made.ToList().Chunk(ChunkSize))
            await Task.WhenAll(chunk.Select(run => runs.RetryRunAsync(run, cancellationToken)));
        var expired = 0;
        foreach (var chunk in owed.Chunk(ChunkSize))
        {
            foreach (var answer in (await Dispatch(chunk, awaitDispatch: false, cancellationToken)).Runs)
            {
                if (answer.Kind is RegistrationKind.Expired) expired++;
                else if (answer.Kind is RegistrationKind.New or RegistrationKind.Held or RegistrationKind.Skipped) made.Add(answer.Id);
            }
        }
        return expired;
    }

    private Task<RunsDispatched> Dispatch(IReadOnlyCollection<NewRun> newRuns, bool awaitDispatch, CancellationToken cancellationToken) =>
        cluster.AskScheduler<RunsDispatched>(new DispatchRuns([.. newRuns], awaitDispatch), cancellationToken, ClusterQuestions.DispatchTimeout);

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
