using System.Threading.Channels;

namespace ActorCron.Persistence.MongoDb.Writing;

/// <summary>Collects what persistent actors want stored and stores it in bulk: each worker takes all that waits, up to the
/// batch size, so batches grow with the load. The number of workers bounds the load on the server and its pool.</summary>
internal sealed class EventWriter : IAsyncDisposable
{
    private const int LargestBatch = 12 * 1024 * 1024;

    private readonly Lock _taking = new();
    private readonly Channel<WriteRequest> _waiting = Channel.CreateUnbounded<WriteRequest>();
    private readonly CancellationTokenSource _stopped = new();
    private readonly Task[] _workers;
    private readonly BatchStore _store;
    private readonly int _batchSize;

    public EventWriter(BatchStore store, int parallelism, int batchSize)
    {
        (_store, _batchSize) = (store, batchSize);
        _workers = [.. Enumerable.Range(0, parallelism).Select(_ => Task.Run(WorkAsync))];
    }

    /// <summary>Stores the documents of one persistent actor, in order; fails when <paramref name="deadline"/> comes first.</summary>
    public async Task WriteAsync(IReadOnlyList<EventDocument> documents, CancellationToken deadline)
    {
        var request = new WriteRequest(documents);
        await using var _ = deadline.Register(() => request.Fail(_store.GivenUp()));
        if (!_waiting.Writer.TryWrite(request))
            request.Fail(Stopped());
        await request.Done;
    }

    /// <summary>Ends what is under way and fails what waits.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _stopped.CancelAsync();
        await Task.WhenAll(_workers);
        while (_waiting.Reader.TryRead(out var request))
            request.Fail(Stopped());
        _stopped.Dispose();
    }

    private async Task WorkAsync()
    {
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(_stopped.Token))
            {
                if (TakeBatch() is { Count: > 0 } batch)
                    await _store.StoreAsync(batch, () => _waiting.Reader.TryPeek(out _), _stopped.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private List<WriteRequest> TakeBatch()
    {
        var batch = new List<WriteRequest>();
        var (documents, bytes) = (0, 0L);
        lock (_taking) // So that what is read is what was peeked at.
        {
            while (_waiting.Reader.TryPeek(out var next) && (batch.Count == 0 || Fits(next)))
            {
                if (!_waiting.Reader.TryRead(out var request) || request.IsOver)
                    continue;
                batch.Add(request);
                documents += request.Documents.Count;
                bytes += request.Bytes;
            }
        }

        return batch;

        bool Fits(WriteRequest next) =>
            documents + next.Documents.Count <= _batchSize && bytes + next.Bytes <= LargestBatch &&
            _store.MayShare(batch[0]) && _store.MayShare(next);
    }

    private static ObjectDisposedException Stopped() =>
        new(nameof(EventWriter), "The journal was stopped before the write was stored.");
}
