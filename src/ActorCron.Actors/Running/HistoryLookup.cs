using ActorCron.Core.Runs;
using ActorCron.Core.Shards;

namespace ActorCron.Actors.Running;

/// <summary>Answers a shard's question to the history: what is on record, and what may have been before retention removed it.</summary>
internal static class HistoryLookup
{
    public static async Task<HistoryAnswered> AnswerAsync(IRunHistory history, AskHistory ask)
    {
        // In this order: retention notes what it removes before it removes it.
        var existing = await history.ExistingAsync(ask.Ids, CancellationToken.None).ConfigureAwait(false);
        var occurrences = new List<(string Id, string Schedule, DateTimeOffset At)>();
        foreach (var id in ask.Ids)
            if (!existing.Contains(id) && RunId.OccurrenceOf(id) is { } at) occurrences.Add((id, RunId.ShardKey(id), at));
        var expired = new HashSet<string>(StringComparer.Ordinal);
        if (occurrences.Count == 0) return new HistoryAnswered(ask.Question, existing, expired);

        var schedules = occurrences.Select(static occurrence => occurrence.Schedule).ToHashSet(StringComparer.Ordinal);
        var spans = await history.PrunedSpansAsync(schedules, CancellationToken.None).ConfigureAwait(false);
        foreach (var (id, schedule, at) in occurrences)
            if (spans.TryGetValue(schedule, out var span) && span.Has(at)) expired.Add(id);
        return new HistoryAnswered(ask.Question, existing, expired);
    }
}
