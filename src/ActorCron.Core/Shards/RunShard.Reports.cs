using ActorCron.Core.Jobs;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Shards;

// What workers, programs outside and the dispatcher report.
public sealed partial class RunShard
{
    private void OnReport(ReportAttempt report)
    {
        var events = IsOwnedBy(report.RunId, report.Offer) ? _ledger.End(report.RunId, report.Attempt, report.Result, _now.Utc) : [];
        Acknowledge(events, new ReportStored(report.RunId, report.Attempt, report.Offer));
    }

    private void OnReturn(ReturnAttempt returned)
    {
        var events = IsOwnedBy(returned.RunId, returned.Offer) ? _ledger.Return(returned.RunId, returned.Attempt, returned.Begun, _now.Utc)
            : [];
        Acknowledge(events, new ReportStored(returned.RunId, returned.Attempt, returned.Offer));
    }

    private void OnExternal(ReportExternal report)
    {
        var before = _into.Events.Count;
        if (_ledger.TryGet(report.RunId, out var run) && run.Run.Attempt == report.Attempt)
        {
            if (run.Run.State == RunState.Dispatched)
                Decide(_ledger.Start(report.RunId, report.Attempt, report.Worker, 0, "external", _now.Utc));
            var isSplit = run.Run.Spec.Batch is { Role: BatchRole.Split };
            var result = isSplit ? report.Result : report.Result with { Output = JobOutput.Bounded(report.Result.Output) };
            if (report.HasEnded) Decide(_ledger.End(report.RunId, report.Attempt, result, _now.Utc));
        }
        if (_into.Events.Count == before) _into.MustWrite = true;
        Reply(new ExternalStored(report.RunId));
    }

    // Whoever reports forgets it then. A report that changes nothing is acknowledged by the owner alone: one that has been replaced, whose
    // books are old, may not know the attempt that it is of.
    private void Acknowledge(IReadOnlyList<RunEvent> events, object answer)
    {
        if (!Decide(events)) _into.MustWrite = true;
        Reply(answer);
    }

    // A worker that was cut off and comes back must not report on an attempt that another one has by now.
    private bool IsOwnedBy(string id, string offer) => _ledger.TryGet(id, out var run) && run.Offer == offer;

    private void OnPublished(MarkPublished published)
    {
        foreach (var key in published.Attempts)
        {
            if (_settings.PublishingIsDurable) Decide(_ledger.Publish(key.Run, key.Attempt, published.Since ?? _now.Utc));
            _outbox.Published(key);
        }
    }

    private void OnWithdrawn(RunsWithdrawn withdrawn)
    {
        foreach (var key in withdrawn.Attempts) _outbox.Withdrawn(key);
    }

    private void OnRedispatch(RedispatchRuns redispatch)
    {
        var count = 0;
        foreach (var key in redispatch.Attempts)
            if (Decide(_ledger.Redispatch(key.Run, key.Attempt, _now.Utc))) count++;
        if (count > 0)
            _into.Log(Importance.Warning, $"{count} runs were with the broker, but their messages are gone; they are dispatched again");
    }

    private void LoseAll(IReadOnlyList<AttemptKey> attempts, string reason)
    {
        foreach (var key in attempts)
            if (Decide(_ledger.Lose(key.Run, key.Attempt, reason, returned: false, _now.Utc)))
                _into.Log(Importance.Warning, $"Attempt {key.Attempt} of {key.Run}: {reason}");
    }
}
