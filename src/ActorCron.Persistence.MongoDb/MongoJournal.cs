using System.Collections.Concurrent;
using System.Collections.Immutable;
using ActorCron.Persistence.MongoDb.Writing;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Persistence;
using Akka.Persistence.Journal;
using MongoDB.Bson;

namespace ActorCron.Persistence.MongoDb;

/// <summary>The journal: <c>akka.persistence.journal.mongodb</c>. A write that the server did not take, or whose fate is
/// unknown, <em>fails</em> and stops its persistent actor, as does one whose sequence number another writer took. Only an
/// event that cannot be serialized, or is too large, is <em>rejected</em>. See docs/mongodb.md for the documents.</summary>
public sealed class MongoJournal : AsyncWriteJournal
{
    private static readonly TimeSpan HealthTimeout = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Task> _writing = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly MongoConnection _connection;
    private readonly MongoIndexes _indexes;
    private readonly Retrying _retrying;
    private readonly EventCodec _codec;
    private readonly EventReader _reader;
    private readonly EventWriter _writer;
    private readonly EventDeletion _deletion;

    /// <summary>Akka makes the journal with its configuration section, whatever the section's path.</summary>
    /// <exception cref="ConfigurationException">A setting is missing or wrong; the message names it, but no credentials.</exception>
    public MongoJournal(Config config)
    {
        var settings = MongoJournalSettings.Create(config);
        var clock = TimeProvider.System;
        var log = Context.GetLogger();
        _connection = MongoConnection.ForJournal(Context.System, settings);
        _retrying = new Retrying(new OutageLog(log, _connection.Where, clock), _connection.Where, settings.CallTimeout, clock);

        var database = _connection.Database;
        var journal = database.GetCollection<EventDocument>(settings.Collection);
        var metadata = database.GetCollection<BsonDocument>(settings.MetadataCollection);
        _indexes = new MongoIndexes(settings.AutoInitialize, _retrying, log)
            .With(journal, MongoDocuments.PersistenceId, "-" + MongoDocuments.SequenceNr)
            .With(journal, MongoDocuments.Ordering)
            .With(journal, MongoDocuments.Tags, MongoDocuments.Ordering);
        _codec = new EventCodec((ExtendedActorSystem)Context.System, settings.UseWriteTransaction, clock);
        _reader = new EventReader(journal, metadata, _retrying, settings.ReadBatchSize);
        _deletion = new EventDeletion(journal, metadata, _reader, _retrying);
        var counter = new OrderingCounter(database.GetCollection<BsonDocument>(settings.OrderingCollection), journal,
            _retrying, settings.AbandonedWriteTimeout, clock);
        _writer = new EventWriter(new BatchStore(journal, counter, _retrying, settings.UseWriteTransaction),
            settings.WriteParallelism, settings.WriteBatchSize);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _stopped.Cancel();
        _ = _writer.DisposeAsync().AsTask();
        base.PostStop();
    }

    /// <inheritdoc/>
    protected override async Task<IImmutableList<Exception?>> WriteMessagesAsync(
        IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        var outcomes = ImmutableList.CreateBuilder<Exception?>();
        var documents = new List<EventDocument>();
        var persistenceId = "";
        foreach (var write in messages)
        {
            persistenceId = write.PersistenceId;
            outcomes.Add(TryEncode(write, documents));
        }

        if (documents.Count > 0)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(_retrying.CallTimeout);
            await TrackAsync(persistenceId, StoreAsync(documents, deadline.Token));
        }

        return outcomes.ToImmutable();
    }

    /// <inheritdoc/>
    public override async Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max,
        Action<IPersistentRepresentation> recoveryCallback)
    {
        if (max <= 0)
            return;
        await _indexes.EnsureAsync();
        var left = max;
        await _reader.ReadAsync(persistenceId, fromSequenceNr, toSequenceNr, document =>
        {
            foreach (var representation in _codec.Decode(document, fromSequenceNr, toSequenceNr))
            {
                recoveryCallback(representation);
                if (--left == 0)
                    return false;
            }

            return true;
        }, _stopped.Token);
    }

    /// <inheritdoc/>
    public override async Task<long> ReadHighestSequenceNrAsync(
        string persistenceId, long fromSequenceNr, CancellationToken cancellationToken)
    {
        // An actor that restarts must not recover to a state from before its own writes under way.
        if (_writing.TryGetValue(persistenceId, out var write))
            await write.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _indexes.EnsureAsync();
        return await _reader.HighestAsync(persistenceId, cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task DeleteMessagesToAsync(
        string persistenceId, long toSequenceNr, CancellationToken cancellationToken)
    {
        await _indexes.EnsureAsync();
        await _deletion.DeleteAsync(persistenceId, toSequenceNr, cancellationToken);
    }

    /// <summary>Unhealthy while no primary answers within 5 s, or while the circuit breaker is open.</summary>
    public override async Task<PersistenceHealthCheckResult> CheckHealthAsync(CancellationToken cancellationToken = default)
    {
        var breaker = await base.CheckHealthAsync(cancellationToken);
        return breaker.Status == PersistenceHealthStatus.Healthy
            ? await MongoHealth.CheckAsync(_connection, HealthTimeout, cancellationToken)
            : breaker;
    }

    private Exception? TryEncode(AtomicWrite write, List<EventDocument> documents)
    {
        try
        {
            documents.AddRange(_codec.Encode(write));
            return null;
        }
        catch (Exception e)
        {
            return e; // Rejected: nothing of it has reached the server, and nothing will.
        }
    }

    private async Task StoreAsync(List<EventDocument> documents, CancellationToken cancelled)
    {
        await _indexes.EnsureAsync();
        await _writer.WriteAsync(documents, cancelled);
    }

    private async Task TrackAsync(string persistenceId, Task write)
    {
        _writing[persistenceId] = write;
        try
        {
            await write;
        }
        finally
        {
            _writing.TryRemove(new(persistenceId, write));
        }
    }
}
