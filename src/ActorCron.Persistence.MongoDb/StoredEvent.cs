namespace ActorCron.Persistence.MongoDb;

/// <summary>One event as stored: its persistent representation in the bytes of Akka's own serializer.</summary>
internal sealed record StoredEvent(long SequenceNr, byte[] Payload, IReadOnlyList<string>? Tags);
