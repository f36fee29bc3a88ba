namespace ActorCron.Persistence.MongoDb.Writing;

/// <summary>Consecutive places in the journal's order, announced under <paramref name="Id"/> until they are used or given up.</summary>
internal sealed record OrderingRange(string Id, long First, long Last);
