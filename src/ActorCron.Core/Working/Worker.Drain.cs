using ActorCron.Core.Machines;

namespace ActorCron.Core.Working;

// A clean stop: what runs may end within the drain timeout; then it is cancelled and, once it has stopped, given back.
public sealed partial class Worker
{
    private const string CancelTimer = "drain-cancel";
    private const string OverTimer = "drain-over";
    private const string NodeStops = "its node stops";

    private bool _isDraining;
    private bool _hasCancelled;
    private bool _isOver;
    private Address _drainedTo;
    private TimeSpan _drainUntil;

    private void OnDrain(Address from, Moment now, Decision<NoEvent> into)
    {
        _drainedTo = from;
        if (!_isDraining)
        {
            _isDraining = true;
            _drainUntil = now.Elapsed + _settings.DrainTimeout;
            StopConsumers(into);
            GiveBackUnordered(now, into);
            into.Arm(CancelTimer, _settings.DrainTimeout);
        }
        StopIfDone(into);
    }

    // A shard that has started one of them hears at once that it goes back; one that has not had it says so.
    private void GiveBackUnordered(Moment now, Decision<NoEvent> into)
    {
        _ = _slots.TakeUnoffered(_ => true);
        foreach (var attempt in _attempts.InOrder())
        {
            if (attempt.Stage == Stage.Offered) Return(attempt, now, into, Settlement.Requeue);
            else if (attempt.Stage is Stage.Waiting or Stage.Gated) Drop(attempt, Settlement.Requeue, into);
        }
    }

    private void OnDrainDue(string timer, Moment now, Decision<NoEvent> into)
    {
        if (!_isDraining || _isOver) return;
        if (timer is not (CancelTimer or OverTimer)) return;
        if (now.Elapsed < _drainUntil) into.Arm(timer, _drainUntil - now.Elapsed);
        else if (!_hasCancelled) CancelAll(now, into);
        else if (timer == OverTimer)
        {
            _isOver = true;
            StopIfDone(into);
        }
    }

    // The handlers are told; each attempt is given back when its handler has stopped, so that the next one does not overlap it.
    private void CancelAll(Moment now, Decision<NoEvent> into)
    {
        _hasCancelled = true;
        foreach (var attempt in _attempts.InOrder())
        {
            if (attempt.Stage == Stage.Ready) Return(attempt, now, into);
            if (attempt.Stage != Stage.Executing) continue;
            attempt.IsGivenBack = true;
            into.Effects.Add(new CancelWork(attempt.Offer, NodeStops));
        }
        WaitAtMost(_slots.Executing > 0 ? _settings.CancelGrace + _settings.StoreGrace : _settings.StoreGrace, now, into);
    }

    // When the last handler has stopped, only the shards' answers are awaited.
    private void DrainFurther(Moment now, Decision<NoEvent> into)
    {
        if (_hasCancelled && _slots.Executing == 0) WaitAtMost(_settings.StoreGrace, now, into);
        StopIfDone(into);
    }

    private void WaitAtMost(TimeSpan wait, Moment now, Decision<NoEvent> into)
    {
        _drainUntil = now.Elapsed + wait;
        into.Arm(OverTimer, wait);
    }

    private void StopIfDone(Decision<NoEvent> into)
    {
        if (_isDraining)
        {
            if ((_attempts.Count > 0 && !_isOver) || !_drainedTo.IsSomebody) return;
            into.Effects.Add(new Drained(_drainedTo));
            _drainedTo = Address.Nobody;
        }
        else if (_slots.IsSpent && _attempts.Count == 0 && !_hasToldMaxRuns)
        {
            _hasToldMaxRuns = true;
            into.Effects.Add(MaxRunsReached.Instance);
        }
    }
}
