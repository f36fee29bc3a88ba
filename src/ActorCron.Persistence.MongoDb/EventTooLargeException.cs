namespace ActorCron.Persistence.MongoDb;

/// <summary>An event, or the events persisted together, exceed what one MongoDB document can hold (16 MB). Nothing of the
/// write was stored; the persistent actor gets it in <c>OnPersistRejected</c> and goes on.</summary>
public sealed class EventTooLargeException : Exception
{
    /// <summary>Names the write and what would fit.</summary>
    public EventTooLargeException(string persistenceId, long sequenceNr, int events, int bytes) : base(
        events == 1
            ? $"Event {sequenceNr} of '{persistenceId}' takes about {Megabytes(bytes)} MB; MongoDB stores at most 16 MB. " +
              "Store large data elsewhere and a reference to it in the event."
            : $"The {events} events persisted together from {sequenceNr} of '{persistenceId}' on take about {Megabytes(bytes)} MB; " +
              "they are stored as one document, which holds at most 16 MB. Persist fewer at a time, or, on a replica set, " +
              "set use-write-transaction = on.")
    {
    }

    private static string Megabytes(int bytes) => $"{bytes / (1024.0 * 1024.0):0.0}";
}
