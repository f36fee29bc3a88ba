using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;

namespace ActorCron.Actors.Shells;

/// <summary>Which of this node's shards, partitions and scheduler cannot read what they have stored, so that readiness can say so and
/// their endless attempts do not fill the log. Safe to use from any thread.</summary>
public sealed class RecoveryTroubles : IExtension
{
    private const int MostNamed = 3;

    /// <summary>Attempts come every few seconds: whoever has not failed for so long lives on another node by now.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LogAgainAfter = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Trouble> _troubles = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;

    /// <param name="time">The clock.</param>
    public RecoveryTroubles(TimeProvider time) => _time = time;

    /// <summary>Those of a node.</summary>
    public static RecoveryTroubles Of(ActorSystem system) => system.WithExtension<RecoveryTroubles, Provider>();

    /// <summary>For each part that readiness names: null, or who cannot start and why.</summary>
    public IReadOnlyDictionary<string, string?> Parts
    {
        get
        {
            var current = _troubles.Where(pair => _time.GetElapsedTime(pair.Value.LastAt) < Forgotten).OrderBy(pair => pair.Key, StringComparer.Ordinal).ToLookup(pair => PartOf(pair.Key), pair => pair.Value.Words);
            return new Dictionary<string, string?> { ["shards"] = Words(current["shards"]), ["catalogue"] = Words(current["catalogue"]) };
        }
    }

    /// <summary>An actor could not read what it has stored; it is stopped and started again with back-off.</summary>
    /// <param name="persistenceId">Who.</param>
    /// <param name="sequenceNr">The last entry that it could read.</param>
    /// <param name="cause">Why.</param>
    /// <param name="log">Told the first time, and rarely after that.</param>
    public void Failed(string persistenceId, long sequenceNr, Exception cause, ILoggingAdapter log)
    {
        var now = _time.GetTimestamp();
        // What the answer tells stands open to anyone: no more than the kind of the error.
        var words = $"{persistenceId} cannot read what follows its entry {sequenceNr} ({(cause is AggregateException ? cause.GetBaseException() : cause).GetType().Name}); the log of this node says more";
        var trouble = _troubles.AddOrUpdate(persistenceId, _ => new Trouble(words, now, now, 1), (_, before) => before with { Words = words, LastAt = now, Count = before.Count + 1 });
        var isFirst = trouble.Count == 1;
        if (!isFirst && _time.GetElapsedTime(trouble.LoggedAt) < LogAgainAfter) return;
        _troubles.TryUpdate(persistenceId, trouble with { LoggedAt = now }, trouble);
        log.Error(cause, isFirst
            ? "{0} cannot read what it has stored after its entry {1}; it is started again and again until it can, and this is said every ten minutes"
            : "{0} still cannot read what it has stored after its entry {1}, after {2} attempts", persistenceId, sequenceNr, trouble.Count);
    }

    /// <summary>An actor has read all that it had stored.</summary>
    public void Recovered(string persistenceId, ILoggingAdapter log)
    {
        if (_troubles.TryRemove(persistenceId, out var over)) log.Info("{0} can read what it has stored again, after {1} attempts that failed", persistenceId, over.Count);
    }

    private static string PartOf(string persistenceId) => persistenceId.StartsWith("runs-", StringComparison.Ordinal) ? "shards" : "catalogue";

    private static string? Words(IEnumerable<string> troubles)
    {
        var all = troubles.ToList();
        return all.Count switch
        {
            0 => null,
            <= MostNamed => string.Join("; ", all),
            _ => $"{string.Join("; ", all.Take(MostNamed))}; and {all.Count - MostNamed} more",
        };
    }

    private sealed record Trouble(string Words, long LastAt, long LoggedAt, int Count);

    private sealed class Provider : ExtensionIdProvider<RecoveryTroubles>
    {
        public override RecoveryTroubles CreateExtension(ExtendedActorSystem system) => new(TimeProvider.System);
    }
}
