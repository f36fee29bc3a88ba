using System.Diagnostics.CodeAnalysis;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;

namespace ActorCron.Core.Dispatching;

/// <summary>Which attempt goes to the broker next. The queues that have something take turns, and go on where they stopped: a full or busy one
/// holds up no other. A queue that may not go now stands aside until its depth is known, its gate is looked at again, or there is a token for late work.</summary>
/// <remarks>Holds what the shards have on record and want published: bounded by that.</remarks>
internal sealed class DispatchPlan(DispatchSettings settings, QueueBook queues, DepthQuestions depths, OpenCounts counts)
{
    private readonly Dictionary<AttemptKey, Handover> _known = [];
    private readonly Queue<QueueState> _line = new();
    private readonly List<QueueState> _aside = [];
    private readonly LinkedList<Handover> _unconfirmed = new();
    private readonly PriorityQueue<Handover, (TimeSpan Until, long Number)> _resting = new(); // Numbered, so that there are no ties.
    private long _rested;
    private readonly LateTokens _late = new(settings.CatchUpRate);
    private readonly Alarm _again = new(Timers.Pump);

    /// <summary>Published and not confirmed.</summary>
    public int Unconfirmed => _unconfirmed.Count;

    public bool Has(AttemptKey key) => _known.ContainsKey(key);

    /// <summary>Whether what is added to a queue now goes to the broker at once.</summary>
    public bool GoesAtOnce(string name) => queues.Find(name) is not { } queue
        ? !(settings.ExternalQueues.Contains(name) && settings.Limits.ContainsKey(name))
        : queue.Gate is null && queue.Backlog.Count <= settings.ConfirmWindow && HasRoom(queue);

    public void Add(AttemptKey key, DispatchItem item, TimeSpan now)
    {
        var handover = new Handover(key, item, queues.Get(item.Spec.Queue, now));
        if (_known.TryAdd(key, handover)) Wait(handover);
    }

    /// <summary>Its run has ended: drops it, or sees to it that it is not published again.</summary>
    public void Withdraw(AttemptKey key)
    {
        if (!_known.TryGetValue(key, out var handover)) return;
        if (handover.Waits is { } place && handover.Queue.Backlog.Remove(place)) _known.Remove(key);
        else handover.IsWithdrawn = true;
    }

    /// <summary>Takes the next one, if any may go now. It counts as published.</summary>
    public bool TryNext(TimeSpan now, Decision<NoEvent> into, [NotNullWhen(true)] out Handover? next)
    {
        while (_line.TryDequeue(out var queue))
        {
            queue.Stands = QueueState.Standing.Empty;
            if (queue.Backlog.Count == 0) continue;
            if (!MayGo(queue, now, into)) StandAside(queue, now, into);
            else if (queue.Backlog.TryTake(out next))
            {
                if (queue.Backlog.Count > 0) StandInLine(queue);
                Sent(next, now);
                return true;
            }
        }
        next = null;
        return false;
    }

    /// <summary>The broker has confirmed it, or refused it. Null when nobody waits for that any more.</summary>
    public Handover? Answered(AttemptKey key, string? failure, TimeSpan now, Decision<NoEvent> into)
    {
        if (!_known.TryGetValue(key, out var handover) || handover.Sent is not { } sent) return null;
        _unconfirmed.Remove(sent);
        handover.Sent = null;
        handover.Queue.Unconfirmed--;
        handover.Queue.UsedAt = now;
        if (failure is null)
        {
            handover.Queue.Published++;
            handover.Queue.Refusals.End(handover.Queue.Name, into);
            _known.Remove(key);
        }
        else
        {
            var until = handover.Queue.Refusals.Add(handover.Queue.Name, failure, settings.RefusedRest, now, into);
            handover.Queue.Resting++;
            _resting.Enqueue(handover, (until, _rested++));
            _again.SetBy(until, now, into);
        }
        return handover;
    }

    /// <summary>Nothing more is heard of what is unconfirmed: it waits again.</summary>
    public void TakeBack()
    {
        while (_unconfirmed.First is { Value: var handover })
        {
            _unconfirmed.RemoveFirst();
            handover.Sent = null;
            handover.Queue.Unconfirmed--;
            Wait(handover);
        }
    }

    /// <summary>When the oldest unconfirmed message was published; null when there is none.</summary>
    public TimeSpan? OldestUnconfirmed => _unconfirmed.First?.Value.SentAt;

    /// <summary>What of a queue is published and not confirmed.</summary>
    public IEnumerable<AttemptKey> UnconfirmedOf(QueueState queue) => _unconfirmed.Where(handover => handover.Queue == queue).Select(handover => handover.Key);

    /// <summary>The timer for looking again has come.</summary>
    public void OnDue(TimeSpan now, Decision<NoEvent> into)
    {
        if (!_again.Rings(now, into)) return;
        while (_resting.TryPeek(out var rested, out var until) && until.Until <= now)
        {
            _resting.Dequeue();
            rested.Queue.Resting--;
            Wait(rested);
        }
        if (_resting.TryPeek(out _, out var next)) _again.SetBy(next.Until, now, into);
        foreach (var queue in _aside)
            if (queue.Stands == QueueState.Standing.Aside) StandInLine(queue);
        _aside.Clear();
    }

    /// <summary>A queue that stood aside may perhaps go now.</summary>
    public void LookAgainAt(QueueState queue)
    {
        if (queue.Stands != QueueState.Standing.Aside) return;
        _aside.Remove(queue);
        StandInLine(queue);
    }

    private bool HasRoom(QueueState queue) => !settings.PublishingIsDurable || queue.Window.HasRoom;

    private bool MayGo(QueueState queue, TimeSpan now, Decision<NoEvent> into)
    {
        if (!HasRoom(queue))
        {
            depths.Ask(queue, now, into);
            return false;
        }
        if (queue.Gate is { } gate && !gate.MayGo(now))
        {
            if (counts.IsFree(queue, now) && gate.MustCount(now)) counts.Ask(queue, gate.Out, now, into);
            return false;
        }
        queue.AwaitsToken = queue.Backlog.OnlyLate && !_late.TryUse(now);
        return !queue.AwaitsToken;
    }

    private void Wait(Handover handover)
    {
        if (handover.IsWithdrawn)
        {
            _known.Remove(handover.Key);
            return;
        }
        var (queue, spec) = (handover.Queue, handover.Item.Spec);
        handover.Waits = queue.Backlog.Add(spec.User, spec.Priority, spec.Late, handover);
        if (queue.Stands == QueueState.Standing.Empty) StandInLine(queue);
        // Live work need not wait for a token.
        else if (queue.AwaitsToken && !spec.Late) LookAgainAt(queue);
    }

    private void Sent(Handover handover, TimeSpan now)
    {
        handover.Waits = null;
        handover.Sent = _unconfirmed.AddLast(handover);
        handover.SentAt = now;
        handover.Queue.Unconfirmed++;
        handover.Queue.Window.Published();
        handover.Queue.Gate?.Published(handover.Key);
    }

    private void StandInLine(QueueState queue)
    {
        (queue.Stands, queue.AwaitsToken) = (QueueState.Standing.InLine, false);
        _line.Enqueue(queue);
    }

    private void StandAside(QueueState queue, TimeSpan now, Decision<NoEvent> into)
    {
        queue.Stands = QueueState.Standing.Aside;
        _aside.Add(queue);
        _again.SetBy(now + settings.LookAgain, now, into);
    }
}
