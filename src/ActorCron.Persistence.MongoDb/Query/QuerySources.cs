using Akka;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Persistence.Query;
using Akka.Streams.Dsl;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ActorCron.Persistence.MongoDb.Query;

/// <summary>Makes the streams; what they share is made once, on the journal's own settings.</summary>
internal sealed class QuerySources
{
    private readonly IMongoCollection<EventDocument> _journal;
    private readonly OrderingHorizon _horizon;
    private readonly EnvelopeFactory _envelopes;
    private readonly EventReader _reader;
    private readonly Retrying _retrying;
    private readonly MongoQuerySettings _settings;
    private readonly TimeProvider _clock = TimeProvider.System;

    private QuerySources(ExtendedActorSystem system, MongoQuerySettings settings, MongoJournalSettings journal)
    {
        var connection = MongoConnection.ForJournal(system, journal);
        var log = Logging.GetLogger(system, "MongoReadJournal");
        var database = connection.Database;
        _settings = settings;
        _retrying = new Retrying(new OutageLog(log, connection.Where, _clock), connection.Where, journal.CallTimeout, _clock);
        _journal = database.GetCollection<EventDocument>(journal.Collection);
        _horizon = new OrderingHorizon(database.GetCollection<BsonDocument>(journal.OrderingCollection), _journal,
            _retrying, journal.AbandonedWriteTimeout, _clock);
        _reader = new EventReader(_journal, database.GetCollection<BsonDocument>(journal.MetadataCollection), _retrying,
            settings.MaxBufferSize);
        var adapters = Akka.Persistence.Persistence.Instance.Apply(system).AdaptersFor(settings.WritePlugin);
        _envelopes = new EnvelopeFactory(new EventCodec(system, journal.UseWriteTransaction, _clock), adapters);
    }

    public static QuerySources Create(ExtendedActorSystem system, Config config)
    {
        MongoDbPersistence.Get(system);
        var settings = MongoQuerySettings.Create(system, config);
        return new(system, settings, MongoJournalSettings.Create(system.Settings.Config.GetConfig(settings.WritePlugin)));
    }

    public Source<string, NotUsed> Ids(bool isLive) => Paged(isLive ? "PersistenceIds" : "CurrentPersistenceIds",
        () => new PersistenceIds(_journal, _horizon, _retrying, isLive, _settings.MaxBufferSize), isLive);

    public Source<EventEnvelope, NotUsed> OfOne(string persistenceId, long from, long to, bool isLive) =>
        Paged(isLive ? "EventsByPersistenceId" : "CurrentEventsByPersistenceId",
            () => new EventsOfOne(_reader, _envelopes, persistenceId, from, to, isLive, _settings.MaxBufferSize), isLive);

    public Source<EventEnvelope, NotUsed> Ordered(string? tag, Offset? offset, bool isLive)
    {
        var after = offset switch
        {
            null or NoOffset => 0,
            Sequence sequence => sequence.Value,
            _ => throw new ArgumentException(
                $"The offset is a {offset.GetType().Name}; this journal takes Offset.NoOffset() or a Sequence.", nameof(offset)),
        };
        var name = (isLive ? "" : "Current") + (tag is null ? "AllEvents" : "EventsByTag");
        return Paged(name, () => new OrderedEvents(
            _journal, _horizon, _envelopes, _retrying, tag, after, isLive, _settings.MaxBufferSize, _clock), isLive);
    }

    private Source<T, NotUsed> Paged<T>(string name, Func<IPageReader<T>> start, bool isLive) =>
        Source.FromGraph(new PagedSource<T>(name, start, isLive, _settings.RefreshInterval)).Named(name);
}
