using ActorCron.Core.Machines;
using ActorCron.Core.Messages;

namespace ActorCron.Core.Dispatching;

/// <summary>Who waits for the broker's confirm of an attempt. Its run is on record either way, so who has waited long enough is answered alike.</summary>
internal sealed class Waiters(DispatchSettings settings)
{
    private readonly Dictionary<AttemptKey, List<Waiter>> _byKey = [];
    private readonly Queue<Waiter> _inTime = new(); // One wait for all, so they are in order.
    private readonly Alarm _alarm = new(Timers.Waiters);

    public void Add(AttemptKey key, Address asker, RunsDispatched reply, TimeSpan now, Decision<NoEvent> into)
    {
        var waiter = new Waiter(key, asker, reply, now + settings.ConfirmTimeout);
        if (!_byKey.TryGetValue(key, out var waiters)) _byKey[key] = waiters = [];
        waiters.Add(waiter);
        _inTime.Enqueue(waiter);
        _alarm.SetBy(waiter.Until, now, into);
    }

    /// <summary>It is confirmed, or will never be.</summary>
    public void Answer(AttemptKey key, Decision<NoEvent> into)
    {
        if (!_byKey.Remove(key, out var waiters)) return;
        foreach (var waiter in waiters) into.Tell(waiter.Asker, waiter.Reply);
    }

    public void OnDue(TimeSpan now, Decision<NoEvent> into)
    {
        if (!_alarm.Rings(now, into)) return;
        while (_inTime.TryPeek(out var waiter) && waiter.Until <= now)
        {
            _inTime.Dequeue();
            if (!_byKey.TryGetValue(waiter.Key, out var waiters) || !waiters.Remove(waiter)) continue;
            if (waiters.Count == 0) _byKey.Remove(waiter.Key);
            into.Log(Importance.Info, $"{waiter.Key.Run} is on record but not with the broker yet");
            into.Tell(waiter.Asker, waiter.Reply);
        }
        if (_inTime.TryPeek(out var next)) _alarm.SetBy(next.Until, now, into);
    }

    private sealed class Waiter(AttemptKey key, Address asker, RunsDispatched reply, TimeSpan until)
    {
        public AttemptKey Key { get; } = key;
        public Address Asker { get; } = asker;
        public RunsDispatched Reply { get; } = reply;
        public TimeSpan Until { get; } = until;
    }
}
