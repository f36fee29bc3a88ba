using Akka.Persistence.Query;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ActorCron.Persistence.MongoDb.Query;

/// <summary>The journal's events in their order, all or those with a tag, after an offset and up to the horizon.</summary>
internal sealed class OrderedEvents(
    IMongoCollection<EventDocument> journal, OrderingHorizon horizon, EnvelopeFactory envelopes, Retrying retrying,
    string? tag, long after, bool isLive, int pageSize, TimeProvider clock) : IPageReader<EventEnvelope>
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // A current query ends with what was numbered before it began.
    private long? _end = isLive ? long.MaxValue : null;
    private long _position = after;

    public async Task<Page<EventEnvelope>> NextAsync(CancellationToken cancelled)
    {
        while (true)
        {
            var (final, highest) = await horizon.ReadAsync(cancelled);
            _end ??= highest;
            var until = Math.Min(final, _end.Value);
            if (until > _position)
            {
                var page = await ReadAsync(until, cancelled);
                if (page.Items.Count > 0 || page.IsLast)
                    return page;
            }
            else if (_position >= _end)
            {
                return Page<EventEnvelope>.End;
            }

            if (isLive && _position >= until)
                return Page<EventEnvelope>.Empty;
            if (_position >= until)
                await Task.Delay(Pause, clock, cancelled); // Writes of before this query are still under way.
        }
    }

    private async Task<Page<EventEnvelope>> ReadAsync(long until, CancellationToken cancelled)
    {
        var documents = await retrying.RunAsync("reading events", token => journal
            .Find(Filter(until), new FindOptions { BatchSize = pageSize })
            .Sort(Builders<EventDocument>.Sort.Ascending(MongoDocuments.Ordering))
            .Limit(pageSize)
            .ToListAsync(token), cancelled);

        var items = documents.SelectMany(document => envelopes.InOrder(document, tag, after: _position)).ToList();
        _position = documents.Count < pageSize ? until : documents[^1].Ordering;
        return new(items, IsLast: _position >= _end);
    }

    private FilterDefinition<EventDocument> Filter(long until)
    {
        var filter = Builders<EventDocument>.Filter;
        var range = filter.Gt(MongoDocuments.Ordering, new BsonTimestamp(_position)) &
            filter.Lte(MongoDocuments.Ordering, new BsonTimestamp(until));
        return tag is null ? range : filter.Eq(MongoDocuments.Tags, tag) & range;
    }
}
