namespace ActorCron.Persistence.MongoDb.Writing;

/// <summary>The documents of a batch that are still to be stored, in order, and the request each belongs to.</summary>
internal sealed class Batch(IReadOnlyList<WriteRequest> requests)
{
    private List<(EventDocument Document, WriteRequest Request)> _left =
        [.. requests.SelectMany(request => request.Documents.Select(document => (document, request)))];

    public IReadOnlyList<EventDocument> Documents => [.. _left.Select(item => item.Document)];

    public bool IsEmpty => _left.Count == 0;

    public bool IsOneRequest => requests.Count == 1;

    /// <summary>Whether some of what is left may be stored already, or may yet be, by a try whose answer was lost.</summary>
    public bool IsUncertain { get; set; }

    /// <summary>Gives each event its place from <paramref name="first"/> on; returns their number.</summary>
    public int Number(long first)
    {
        var next = first;
        foreach (var (document, _) in _left)
        {
            document.Ordering = next + document.Count - 1;
            next += document.Count;
        }

        return (int)(next - first);
    }

    public void FirstStored(int count)
    {
        foreach (var (_, request) in _left.Take(count))
            request.OneStored();
        _left.RemoveRange(0, count);
    }

    public void Stored(IReadOnlySet<string> ids)
    {
        foreach (var (_, request) in _left.Where(item => ids.Contains(item.Document.Id)))
            request.OneStored();
        _left.RemoveAll(item => ids.Contains(item.Document.Id));
    }

    public void AllStored()
    {
        FirstStored(_left.Count);
        IsUncertain = false;
    }

    public void DropOver() => _left.RemoveAll(item => item.Request.IsOver);

    /// <summary>Fails the document's request, and with it the request's later documents, which must not be stored.</summary>
    public void Fail(EventDocument refused, Exception cause)
    {
        var request = _left.First(item => ReferenceEquals(item.Document, refused)).Request;
        request.Fail(cause);
        _left.RemoveAll(item => ReferenceEquals(item.Request, request));
    }

    public void FailAll(Exception cause)
    {
        foreach (var (_, request) in _left)
            request.Fail(cause);
        _left = [];
    }
}
