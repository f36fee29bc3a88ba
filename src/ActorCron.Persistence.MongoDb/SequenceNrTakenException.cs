namespace ActorCron.Persistence.MongoDb;

/// <summary>Another writer has stored an event under the same persistence id and sequence number. Two persistent actors
/// with one id are alive, for instance on both sides of a network partition; this one knows an older state and must stop.</summary>
public sealed class SequenceNrTakenException : Exception
{
    /// <summary>Names the write that lost.</summary>
    public SequenceNrTakenException(string persistenceId, long sequenceNr, Exception cause) : base(
        $"Sequence number {sequenceNr} of '{persistenceId}' is taken by another writer. Two actors with this persistence id " +
        "are alive; this one is out of date.", cause)
    {
    }
}
