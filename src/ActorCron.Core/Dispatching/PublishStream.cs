using ActorCron.Core.Machines;

namespace ActorCron.Core.Dispatching;

/// <summary>The stream of publishes: opened again with back-off when it ends.</summary>
internal sealed class PublishStream
{
    private static readonly BackOff Pauses = new(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(5));
    private readonly Alarm _open = new(Timers.Open);
    private int _failures;

    public long Number { get; private set; }
    public bool IsOpen { get; private set; }

    public bool IsCurrent(long number) => IsOpen && number == Number;

    public void Open(Decision<NoEvent> into)
    {
        IsOpen = true;
        into.Effects.Add(new OpenStream(++Number));
    }

    /// <summary>The broker has answered for a message.</summary>
    public void Works() => _failures = 0;

    public void Ended(string cause, TimeSpan now, Decision<NoEvent> into)
    {
        IsOpen = false;
        if (_failures++ == 0) into.Log(Importance.Warning, $"The broker is away ({cause}); runs wait on record and are dispatched when it is back");
        _open.SetBy(now + Pauses.After(_failures), now, into);
    }

    public void OnDue(TimeSpan now, Decision<NoEvent> into)
    {
        if (_open.Rings(now, into) && !IsOpen) Open(into);
    }
}
