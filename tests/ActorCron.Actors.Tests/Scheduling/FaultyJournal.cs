using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace ActorCron.Actors.Tests.Scheduling;

/// <summary>What a journal does with the next writes.</summary>
internal enum JournalFault { None, Fails, Refuses, LosesAnswer, Stalls }

/// <summary>Steers the journal of a test's system.</summary>
internal sealed class JournalFaults : IExtension
{
    public const string Config = """
        akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
        akka.persistence.journal.plugin = "faulty"
        faulty.class = "ActorCron.Actors.Tests.Scheduling.FaultyJournal, ActorCron.Actors.Tests"
        """;

    private volatile TaskCompletionSource _stall = new();

    public static JournalFaults Of(ActorSystem system) => system.WithExtension<JournalFaults, Provider>();

    /// <summary>What befalls the writes of an actor; by its persistence id.</summary>
    public Func<string, JournalFault> Next { get; set; } = _ => JournalFault.None;

    /// <summary>Everything that was written.</summary>
    public ImmutableQueue<(string Id, object Entry)> Written => _written;

    public Task Stalled => _stall.Task;

    /// <summary>Lets the writes go on that stall.</summary>
    public void GoOn()
    {
        Next = _ => JournalFault.None;
        _stall.SetResult();
        _stall = new();
    }

    public void Note(string id, object entry) => ImmutableInterlocked.Enqueue(ref _written, (id, entry));

    private ImmutableQueue<(string, object)> _written = [];

    private sealed class Provider : ExtensionIdProvider<JournalFaults>
    {
        public override JournalFaults CreateExtension(ExtendedActorSystem system) => new();
    }
}

/// <summary>A journal in memory that fails on demand and, like the real ones, takes no number twice.</summary>
internal sealed class FaultyJournal : MemoryJournal
{
    protected override async Task<IImmutableList<Exception?>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        var writes = messages.ToList();
        var faults = JournalFaults.Of(Context.System);
        var id = writes[0].PersistenceId;
        var fault = faults.Next(id);
        if (fault == JournalFault.Stalls) await faults.Stalled;
        if (fault == JournalFault.Fails) throw new IOException("the store is away");
        if (fault == JournalFault.Refuses) return [.. writes.Select(_ => new InvalidOperationException("refused"))];
        if (await ReadHighestSequenceNrAsync(id, 0, cancellationToken) >= writes[0].LowestSequenceNr) throw new IOException("the number is taken");
        var result = await base.WriteMessagesAsync(writes, cancellationToken);
        foreach (var write in writes)
            foreach (var entry in (IImmutableList<IPersistentRepresentation>)write.Payload) faults.Note(id, entry.Payload);
        return fault == JournalFault.LosesAnswer ? throw new IOException("the answer was lost") : result!;
    }
}
