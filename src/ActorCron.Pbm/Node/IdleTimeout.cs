namespace ActorCron.Pbm.Node;

/// <summary>Cancels when nothing has moved for <see cref="Limit"/>, or when the user has had enough.</summary>
internal sealed class IdleTimeout : IDisposable
{
    private readonly CancellationTokenSource _expiry;
    private readonly CancellationTokenSource _linked;
    private readonly CancellationToken _user;

    public IdleTimeout(TimeSpan limit, TimeProvider time, CancellationToken user)
    {
        (Limit, _user) = (limit, user);
        _expiry = new CancellationTokenSource(limit, time);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(_expiry.Token, user);
    }

    public TimeSpan Limit { get; }

    public CancellationToken Token => _linked.Token;

    /// <summary>The user cancelled; whatever else ends the wait is the node's silence.</summary>
    public bool IsEndedByUser => _user.IsCancellationRequested;

    /// <summary>Something moved: the time starts anew.</summary>
    public void Rearm()
    {
        if (!_expiry.IsCancellationRequested) _expiry.CancelAfter(Limit);
    }

    public void Dispose()
    {
        _linked.Dispose();
        _expiry.Dispose();
    }
}
