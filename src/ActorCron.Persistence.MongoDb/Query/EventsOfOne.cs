using Akka.Persistence.Query;

namespace ActorCron.Persistence.MongoDb.Query;

/// <summary>One persistent actor's events by sequence number, both bounds included.</summary>
internal sealed class EventsOfOne(
    EventReader reader, EnvelopeFactory envelopes, string persistenceId, long from, long to, bool isLive, int pageSize)
    : IPageReader<EventEnvelope>
{
    private long? _end = isLive ? to : null;
    private long _next = Math.Max(from, 1);

    public async Task<Page<EventEnvelope>> NextAsync(CancellationToken cancelled)
    {
        _end ??= Math.Min(to, await reader.HighestAsync(persistenceId, cancelled));
        if (_next > _end)
            return Page<EventEnvelope>.End;

        var documents = await reader.PageAsync(persistenceId, _next, pageSize, cancelled);
        var items = documents.SelectMany(document => envelopes.OfOne(document, _next, _end.Value)).ToList();
        if (documents.Count > 0)
            _next = documents[^1].SequenceNr + 1;
        return new(items, IsLast: _next > _end || (!isLive && documents.Count < pageSize));
    }
}
