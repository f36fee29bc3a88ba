using System.Collections.Immutable;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Working;

// From a delivery to the handler's start.
public sealed partial class Worker
{
    private void OnTaken(DeliveryTaken taken, Moment now, Decision<NoEvent> into)
    {
        if (_slots.Find(taken.Queue) is not { } queue) return;
        if (_isDraining || _slots.IsBeyondMaxRuns) Settle(queue, taken.Number, Settlement.Requeue, null, into);
        else if (!taken.HasHandler) Bury(taken, queue, into);
        else
        {
            var spec = taken.Spec;
            Take(new Attempt(NextOffer(), queue, spec.Id, taken.Attempt)
            {
                Delivery = taken.Number, TraceParent = spec.TraceParent, Foreign = spec.Trigger == RunTrigger.Message ? spec : null,
            }, Stage.Waiting);
            OfferNext(now, into);
        }
    }

    private static void Bury(DeliveryTaken taken, QueueSlots queue, Decision<NoEvent> into)
    {
        var reason = UnknownType(taken.Spec.Job.Type);
        into.Effects.Add(new SendToShard(new BuryRun(RunShards.Of(taken.Spec.Id), taken.Spec.Id, taken.Attempt, reason)));
        Settle(queue, taken.Number, Settlement.DeadLetter, reason, into);
    }

    private static string UnknownType(string type) => $"unknown job type '{type}'";

    private void Take(Attempt attempt, Stage stage)
    {
        attempt.Holds = true;
        attempt.Queue.Taken++;
        if (attempt.IsInherited) attempt.Queue.Inherited++;
        _attempts.Add(attempt);
        _slots.Enter(attempt, stage);
    }

    private void OfferNext(Moment now, Decision<NoEvent> into)
    {
        while (_slots.NextToOffer() is { } attempt)
        {
            _slots.Move(attempt, Stage.Offered);
            Offer(attempt, now, into);
        }
    }

    private void Offer(Attempt attempt, Moment now, Decision<NoEvent> into)
    {
        _attempts.Asked(attempt, now.Elapsed);
        into.Effects.Add(new SendToShard(
            new OfferRun(RunShards.Of(attempt.RunId), attempt.RunId, attempt.Number, attempt.Offer, _node, _incarnation, attempt.Foreign)));
    }

    private void OnDeclined(OfferDeclined declined, Moment now, Decision<NoEvent> into)
    {
        if (_attempts.ByOffer(declined.Offer) is not { } attempt) return;
        switch (attempt.Stage)
        {
            case Stage.Offered:
                into.Log(Importance.Debug, $"{declined.RunId} is not executed here: {declined.Reason}");
                Drop(attempt, declined.Unknown ? Settlement.DeadLetter : Settlement.Ack, into, declined.Reason);
                break;
            case Stage.Returning when attempt.Order is null:
                Drop(attempt, Settlement.Ack, into);
                break;
            case Stage.Ready:
                // Ordered by one home of the shard, declined by another: if it is on the books after all, it goes back.
                Return(attempt, now, into);
                break;
        }
        OfferNext(now, into);
        StopIfDone(into);
    }

    private void OnOrder(ExecuteRun order, Moment now, Decision<NoEvent> into)
    {
        if (_attempts.ByOffer(order.Offer) is not { } attempt) ReturnUnknown(order, now, into);
        else if (attempt is { Stage: Stage.Returning, Order: null })
        {
            attempt.Order = order;
            Tell(attempt, now, into);
        }
        else if (attempt.Stage == Stage.Offered) Accept(attempt, order, now, into);
    }

    private void Accept(Attempt attempt, ExecuteRun order, Moment now, Decision<NoEvent> into)
    {
        attempt.Order = order;
        _attempts.Answered(attempt);
        if (attempt.Delivery is { } number) into.Effects.Add(new AcceptDelivery(attempt.Queue.Name, number));
        _slots.Started++;
        _slots.Move(attempt, Stage.Ready);
        if (attempt.Cancel is { } cancel && cancel.Attempt == order.Attempt) CancelReady(attempt, cancel.Reason, now, into);
        StartReady(into);
        if (_slots.IsSpent) StopConsumers(into);
    }

    // Nothing here knows of it: its delivery went back before the answer came, or an earlier life asked. The shard must not wait for it.
    private void ReturnUnknown(ExecuteRun order, Moment now, Decision<NoEvent> into)
    {
        var attempt = new Attempt(order.Offer, _slots.Of(order.Spec.Queue), order.RunId, order.Attempt) { Order = order };
        _attempts.Add(attempt);
        _slots.Enter(attempt, Stage.Returning);
        Tell(attempt, now, into);
    }

    private void StartReady(Decision<NoEvent> into)
    {
        while (_slots.NextToStart() is { } attempt)
        {
            _slots.Move(attempt, Stage.Executing);
            attempt.Begun = true;
            into.Effects.Add(new StartWork(attempt.Offer, attempt.Queue.Name, attempt.Order!, attempt.TraceParent));
        }
    }

    private void OnCancel(CancelAttempt cancel, Moment now, Decision<NoEvent> into)
    {
        for (var attempt = _attempts.FirstOf(cancel.RunId); attempt is not null; attempt = attempt.NextOfRun)
        {
            // The shard may have started it and its order be on the way.
            if (attempt.Stage == Stage.Offered && (attempt.Cancel is null || attempt.Cancel.Attempt < cancel.Attempt)) attempt.Cancel = cancel;
            if (attempt.Order?.Attempt != cancel.Attempt) continue;
            if (attempt.Stage == Stage.Executing) into.Effects.Add(new CancelWork(attempt.Offer, cancel.Reason));
            else if (attempt.Stage == Stage.Ready) CancelReady(attempt, cancel.Reason, now, into);
        }
        OfferNext(now, into);
    }

    private void CancelReady(Attempt attempt, string reason, Moment now, Decision<NoEvent> into) =>
        Finish(attempt, new AttemptResult(RunState.Cancelled, Error: reason), now, into);

    private void OnConfirm(ConfirmRunning confirm, Address from, Decision<NoEvent> into)
    {
        var unknown = ImmutableArray.CreateBuilder<AttemptKey>();
        foreach (var key in confirm.Attempts)
            if (!IsHere(key)) unknown.Add(key);
        if (unknown.Count > 0) into.Tell(from, new DisownAttempts(confirm.Shard, unknown.ToImmutable()));
    }

    private bool IsHere(AttemptKey key)
    {
        for (var attempt = _attempts.FirstOf(key.Run); attempt is not null; attempt = attempt.NextOfRun)
            if (attempt.MayBe(key.Attempt)) return true;
        return false;
    }
}
