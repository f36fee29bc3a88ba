namespace ActorCron.Persistence.MongoDb.Writing;

/// <summary>What one persistent actor wants stored: documents in order. It succeeds when all are stored, and fails with the
/// first that is not; those before that one are stored all the same.</summary>
internal sealed class WriteRequest(IReadOnlyList<EventDocument> documents)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = documents.Count;

    public IReadOnlyList<EventDocument> Documents { get; } = documents;

    public int Bytes { get; } = documents.Sum(document => document.SizeBound());

    public Task Done => _done.Task;

    /// <summary>Whether its outcome is told. When that is a failure, it must not be stored later on.</summary>
    public bool IsOver => _done.Task.IsCompleted;

    public void OneStored()
    {
        if (--_left == 0)
            _done.TrySetResult();
    }

    public void Fail(Exception cause) => _done.TrySetException(cause);
}
