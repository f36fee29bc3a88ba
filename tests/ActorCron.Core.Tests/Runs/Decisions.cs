using ActorCron.Core.Runs;
using ActorCron.Core.Shards;

namespace ActorCron.Core.Tests.Runs;

/// <summary>Takes events in as a shard does: applied at once, and followed by what batches have to do next.</summary>
internal static class Decisions
{
    public static List<RunEvent> Apply(RunLedger ledger, IEnumerable<RunEvent> decided, DateTimeOffset now, params string?[] batches)
    {
        var (all, waiting) = (new List<RunEvent>(), new Queue<string>(batches.OfType<string>()));
        Take(decided);
        while (waiting.TryPeek(out var batch))
        {
            var next = ledger.Advance(batch, now);
            if (next.Count == 0) waiting.Dequeue();
            else Take(next);
        }
        return all;

        void Take(IEnumerable<RunEvent> events)
        {
            foreach (var e in events)
            {
                all.Add(e);
                if (RunLedger.BatchToAdvance(ledger.Apply(e).Run) is { } batch) waiting.Enqueue(batch);
            }
        }
    }
}
