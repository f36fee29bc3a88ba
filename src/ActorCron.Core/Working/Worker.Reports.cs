using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Working;

// From the handler's end to its place on the books.
public sealed partial class Worker
{
    private void OnEnded(WorkEnded ended, Moment now, Decision<NoEvent> into)
    {
        if (_attempts.ByOffer(ended.Offer) is not { Stage: Stage.Executing } attempt) return;
        _slots.Ended(ended.Took, now.Elapsed);
        // What has succeeded in spite of its cancellation has succeeded.
        if (attempt.IsGivenBack && ended.Result.State != RunState.Succeeded) Return(attempt, now, into);
        else Finish(attempt, ended.Result, now, into);
        AfterEnd(now, into);
    }

    private void OnNoHandler(NoHandler refused, Moment now, Decision<NoEvent> into)
    {
        if (_attempts.ByOffer(refused.Offer) is not { Stage: Stage.Executing } attempt) return;
        var reason = UnknownType(attempt.Order!.Spec.Job.Type);
        Finish(attempt, new AttemptResult(RunState.Failed, Error: reason, Permanent: true), now, into);
        AfterEnd(now, into);
    }

    private void AfterEnd(Moment now, Decision<NoEvent> into)
    {
        OfferNext(now, into);
        StartReady(into);
        if (_isDraining) DrainFurther(now, into);
    }

    private void Finish(Attempt attempt, AttemptResult result, Moment now, Decision<NoEvent> into)
    {
        attempt.Result = result;
        attempt.Queue.Finished++;
        _slots.Move(attempt, Stage.Reporting);
        Tell(attempt, now, into);
        // Where runs are limited, one runs until the books say that it has ended.
        if (!attempt.Queue.IsLimited) Release(attempt, Settlement.Ack, into);
    }

    private void Return(Attempt attempt, Moment now, Decision<NoEvent> into, Settlement how = Settlement.Ack)
    {
        _slots.Move(attempt, Stage.Returning);
        Tell(attempt, now, into);
        Release(attempt, how, into);
    }

    // Repeated until it is stored.
    private void Tell(Attempt attempt, Moment now, Decision<NoEvent> into)
    {
        _attempts.Asked(attempt, now.Elapsed);
        var shard = RunShards.Of(attempt.RunId);
        into.Effects.Add(new SendToShard(attempt.Stage == Stage.Reporting
            ? new ReportAttempt(shard, attempt.RunId, attempt.Number, attempt.Offer, attempt.Result!)
            : new ReturnAttempt(shard, attempt.RunId, attempt.Number, attempt.Offer, attempt.Begun)));
    }

    private void OnStored(ReportStored stored, Decision<NoEvent> into)
    {
        if (_attempts.ByOffer(stored.Offer) is not { Stage: Stage.Reporting or Stage.Returning } attempt || attempt.Number != stored.Attempt) return;
        Drop(attempt, Settlement.Ack, into);
        if (attempt.Begun) into.Effects.Add(new ForgetWork(attempt.Offer));
        StopIfDone(into);
    }

    private void AskAgain(Moment now, Decision<NoEvent> into)
    {
        var latest = now.Elapsed - _settings.AskAgainAfter;
        for (var left = _attempts.Count; left > 0 && _attempts.AskedBy(latest) is { } attempt; left--)
        {
            if (attempt.Stage == Stage.Offered) Offer(attempt, now, into);
            else Tell(attempt, now, into);
        }
    }

    private void Drop(Attempt attempt, Settlement? how, Decision<NoEvent> into, string? reason = null)
    {
        _attempts.Remove(attempt);
        _slots.Leave(attempt);
        if (how is null) attempt.Delivery = null;
        Release(attempt, how ?? Settlement.Ack, into, reason);
    }

    private static void Release(Attempt attempt, Settlement how, Decision<NoEvent> into, string? reason = null)
    {
        if (attempt.Holds) attempt.Queue.Taken--;
        if (attempt is { Holds: true, IsInherited: true }) attempt.Queue.Inherited--;
        attempt.Holds = false;
        if (attempt.Delivery is { } number) Settle(attempt.Queue, number, how, reason, into);
        attempt.Delivery = null;
    }

    private static void Settle(QueueSlots queue, long number, Settlement how, string? reason, Decision<NoEvent> into) =>
        into.Effects.Add(new SettleDelivery(queue.Name, number, how, reason));
}
