using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence.Query;

namespace ActorCron.Persistence.MongoDb;

/// <summary>Named by <c>akka.persistence.query.mongodb.class</c>.</summary>
public sealed class MongoReadJournalProvider(ExtendedActorSystem system, Config config) : IReadJournalProvider
{
    private readonly Lazy<MongoReadJournal> _journal = new(() => new MongoReadJournal(system, config));

    /// <inheritdoc/>
    public IReadJournal GetReadJournal() => _journal.Value;
}
