using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Shards;

// A worker has a delivery and a slot: may it execute?
public sealed partial class RunShard
{
    // A foreign message with the name of an occurrence that is still to be put on record would take its place.
    private static readonly TimeSpan ScheduleMayClaim = TimeSpan.FromHours(1);

    private void OnOffer(OfferRun offer)
    {
        if (_ledger.TryGet(offer.RunId, out var run)) Take(offer, _from, run);
        else Ask(offer, [offer.RunId]);
    }

    private void OnOfferLooked(OfferRun offer, Address worker, HistoryAnswered history)
    {
        if (_ledger.TryGet(offer.RunId, out var run)) Take(offer, worker, run);
        else if (history.Existing.Contains(offer.RunId) || history.Expired.Contains(offer.RunId) || _questions.WasForgotten(offer.RunId)) Decline(offer, worker, "it has ended");
        else if (offer.Foreign is { } claimed && RunId.OccurrenceOf(claimed.Id) > _now.Utc - ScheduleMayClaim)
            Decline(offer, worker, "reserved-run-id: a schedule's occurrence of about now or later has this name; "
                + "give the message one of its own, or none", unknown: true);
        else if (offer.Foreign is { } spec)
        {
            Decide(_ledger.Register(spec, null, _now.Utc));
            // Whatever its sender counted, here it begins.
            Start(offer with { Attempt = 1 }, worker);
        }
        else Decline(offer, worker, "unknown-run: its message says that the scheduler made it, but no such run is on record",
            unknown: true);
    }

    private void Take(OfferRun offer, Address worker, LedgerRun run)
    {
        // The same question again: its answer was lost.
        if (run.Run.State == RunState.Running && run.Offer == offer.Offer && run.Incarnation == offer.Incarnation
            && run.Run.Node == offer.Node) Order(offer, worker);
        else Start(offer, worker);
    }

    private void Start(OfferRun offer, Address worker)
    {
        if (Decide(_ledger.Start(offer.RunId, offer.Attempt, offer.Node, offer.Incarnation, offer.Offer, _now.Utc))) Order(offer, worker);
        else Decline(offer, worker, _ledger.TryGet(offer.RunId, out var run) ? $"its state is {run.Run.State} at attempt {run.Run.Attempt}"
            : "it has ended");
    }

    private void Order(OfferRun offer, Address worker)
    {
        var run = _ledger[offer.RunId];
        var (job, own) = _ledger.OrderOf(run);
        var spec = ReferenceEquals(job, run.Run.Spec.Job) ? run.Run.Spec : run.Run.Spec with { Job = job };
        _into.Tell(worker, new ExecuteRun(offer.RunId, offer.Offer, spec, run.Run.Attempt, run.Run.Fence, own));
    }

    // The delivery is given up for it: a shard that has been replaced, whose books are old, must not say so.
    private void Decline(OfferRun offer, Address worker, string reason, bool unknown = false)
    {
        _into.MustWrite = true;
        _into.Tell(worker, new OfferDeclined(offer.RunId, offer.Offer, reason, unknown));
    }
}
