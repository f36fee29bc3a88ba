using ActorCron.Persistence.MongoDb.Query;
using Akka;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence.Query;
using Akka.Streams.Dsl;

namespace ActorCron.Persistence.MongoDb;

/// <summary>The queries over a <see cref="MongoJournal"/>: <c>akka.persistence.query.mongodb</c>. Offsets are
/// <see cref="Sequence"/>s, exclusive, and rise without gaps that matter: no query passes a place where a write under way
/// may still put an event, so none is skipped, whatever the clocks of the servers say.</summary>
public sealed class MongoReadJournal :
    IPersistenceIdsQuery, ICurrentPersistenceIdsQuery,
    IEventsByPersistenceIdQuery, ICurrentEventsByPersistenceIdQuery,
    IEventsByTagQuery, ICurrentEventsByTagQuery,
    IAllEventsQuery, ICurrentAllEventsQuery
{
    /// <summary>The path to give to <c>ReadJournalFor</c>.</summary>
    public const string Identifier = "akka.persistence.query.mongodb";

    private readonly QuerySources _sources;

    /// <summary>Akka makes it through <see cref="MongoReadJournalProvider"/>.</summary>
    /// <exception cref="ConfigurationException">A setting is missing or wrong; the message names it.</exception>
    public MongoReadJournal(ExtendedActorSystem system, Config config) => _sources = QuerySources.Create(system, config);

    /// <summary>The plugin's defaults; Akka's query extension adds them by itself.</summary>
    public static Config DefaultConfiguration() => MongoDbPersistence.DefaultConfiguration();

    /// <summary>All ids that have events, then those that get their first one. Never ends.</summary>
    public Source<string, NotUsed> PersistenceIds() => _sources.Ids(isLive: true);

    /// <summary>All ids that have events now.</summary>
    public Source<string, NotUsed> CurrentPersistenceIds() => _sources.Ids(isLive: false);

    /// <summary>The events of one id, bounds included; ends only when the upper bound is reached.</summary>
    public Source<EventEnvelope, NotUsed> EventsByPersistenceId(string persistenceId, long fromSequenceNr, long toSequenceNr) =>
        _sources.OfOne(persistenceId, fromSequenceNr, toSequenceNr, isLive: true);

    /// <summary>The events of one id that are there now, bounds included.</summary>
    public Source<EventEnvelope, NotUsed> CurrentEventsByPersistenceId(string persistenceId, long fromSequenceNr, long toSequenceNr) =>
        _sources.OfOne(persistenceId, fromSequenceNr, toSequenceNr, isLive: false);

    /// <summary>The events with a tag after the offset, then those to come. Never ends.</summary>
    /// <exception cref="ArgumentException">The offset is neither a <see cref="Sequence"/> nor none.</exception>
    public Source<EventEnvelope, NotUsed> EventsByTag(string tag, Offset offset) => _sources.Ordered(tag, offset, isLive: true);

    /// <summary>The events with a tag after the offset that are there now.</summary>
    /// <exception cref="ArgumentException">The offset is neither a <see cref="Sequence"/> nor none.</exception>
    public Source<EventEnvelope, NotUsed> CurrentEventsByTag(string tag, Offset offset) => _sources.Ordered(tag, offset, isLive: false);

    /// <summary>All events after the offset, then those to come. Never ends.</summary>
    /// <exception cref="ArgumentException">The offset is neither a <see cref="Sequence"/> nor none.</exception>
    public Source<EventEnvelope, NotUsed> AllEvents(Offset offset) => _sources.Ordered(null, offset, isLive: true);

    /// <summary>All events after the offset that are there now.</summary>
    /// <exception cref="ArgumentException">The offset is neither a <see cref="Sequence"/> nor none.</exception>
    public Source<EventEnvelope, NotUsed> CurrentAllEvents(Offset offset) => _sources.Ordered(null, offset, isLive: false);
}
