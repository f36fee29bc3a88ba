namespace ActorCron.Streams.Amqp;

/// <summary>Calls a stage from any thread, once for however many calls come before it looks.</summary>
internal sealed class WakeSignal
{
    private Action _callback = () => { };
    private int _pending;

    public void Connect(Action callback) => _callback = callback;

    public void Set()
    {
        if (Interlocked.Exchange(ref _pending, 1) == 0) _callback();
    }

    /// <summary>To be called by the stage before it looks, so that nothing set afterwards is missed.</summary>
    public void Clear() => Interlocked.Exchange(ref _pending, 0);
}
