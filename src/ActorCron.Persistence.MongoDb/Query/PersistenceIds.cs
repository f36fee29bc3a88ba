using MongoDB.Bson;
using MongoDB.Driver;

namespace ActorCron.Persistence.MongoDb.Query;

/// <summary>The ids that have events, each once: first those there are, then, live, those that come.</summary>
internal sealed class PersistenceIds(
    IMongoCollection<EventDocument> journal, OrderingHorizon horizon, Retrying retrying, bool isLive, int pageSize)
    : IPageReader<string>
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private IAsyncCursor<BsonDocument>? _cursor;
    private long _position;
    private long _nextPosition;

    public async Task<Page<string>> NextAsync(CancellationToken cancelled)
    {
        while (true)
        {
            if (_cursor is null && !await OpenAsync(cancelled))
                return Page<string>.Empty;
            var page = await ReadAsync(cancelled);
            if (page.Count > 0)
                return new(page, IsLast: false);
            if (_cursor is null && !isLive)
                return Page<string>.End;
        }
    }

    // False when nothing was written since the last time.
    private async Task<bool> OpenAsync(CancellationToken cancelled)
    {
        (_nextPosition, _) = await horizon.ReadAsync(cancelled);
        if (_position > 0 && _nextPosition == _position)
            return false;
        var match = _position == 0
            ? FilterDefinition<EventDocument>.Empty
            : Builders<EventDocument>.Filter.Gt(MongoDocuments.Ordering, new BsonTimestamp(_position)) &
                Builders<EventDocument>.Filter.Lte(MongoDocuments.Ordering, new BsonTimestamp(_nextPosition));
        _cursor = await retrying.RunAsync("reading persistence ids", token => journal
            .Aggregate(new AggregateOptions { AllowDiskUse = true, BatchSize = pageSize })
            .Match(match)
            .Group<BsonDocument>(new BsonDocument(MongoDocuments.Id, "$" + MongoDocuments.PersistenceId))
            .ToCursorAsync(token), cancelled);
        return true;
    }

    private async Task<List<string>> ReadAsync(CancellationToken cancelled)
    {
        try
        {
            if (await _cursor!.MoveNextAsync(cancelled))
                return [.. _cursor.Current.Select(group => group[MongoDocuments.Id].AsString).Where(_seen.Add)];
            Close();
            _position = _nextPosition;
            return [];
        }
        catch
        {
            Close(); // Asked again, it begins anew; what was given out already is not given out twice.
            throw;
        }
    }

    private void Close()
    {
        _cursor?.Dispose();
        _cursor = null;
    }
}
