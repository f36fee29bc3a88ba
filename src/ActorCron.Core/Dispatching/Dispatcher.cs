using ActorCron.Core.Machines;
using ActorCron.Core.Messages;

namespace ActorCron.Core.Dispatching;

/// <summary>Has runs put on record by their shards, then hands them to the broker in a fair order with a bounded number of unconfirmed messages.
/// Begins with <see cref="Recovered"/>.</summary>
/// <remarks>It owns nothing. What is to be published a shard says, as <see cref="PendingRuns"/>, and says it again until it is told
/// <see cref="MarkPublished"/>; a registration is asked again until it is answered. So a message that is lost, comes twice or late does no harm,
/// and a dispatcher that starts anew knows everything as soon as it has woken the shards.</remarks>
public sealed class Dispatcher : IMachine<NoEvent>
{
    private readonly long _epoch;
    private readonly DispatchSettings _settings;
    private readonly QueueBook _queues;
    private readonly DispatchPlan _plan;
    private readonly PublishedMarks _marks;
    private readonly OpenCounts _counts;
    private readonly RecentlyDone _done;
    private readonly UntakenWatch _untaken;
    private readonly Registrations _registrations;
    private readonly Waiters _waiters;
    private readonly PublishStream _stream = new();
    private readonly Alarm _wake = new(Timers.Wake);

    /// <param name="epoch">Of the scheduler that it belongs to; the shards heed the latest.</param>
    /// <param name="settings">How it behaves.</param>
    public Dispatcher(long epoch, DispatchSettings settings)
    {
        (_epoch, _settings) = (epoch, settings);
        var depths = new DepthQuestions(settings);
        _queues = new QueueBook(settings);
        _marks = new PublishedMarks(settings);
        _counts = new OpenCounts(settings, _marks);
        _plan = new DispatchPlan(settings, _queues, depths, _counts);
        _done = new RecentlyDone(settings);
        _untaken = new UntakenWatch(settings, _queues, depths, _done);
        _registrations = new Registrations(epoch, settings);
        _waiters = new Waiters(settings);
    }

    /// <inheritdoc/>
    public void Step(object message, Address from, Moment now, Decision<NoEvent> into)
    {
        switch (message)
        {
            case Recovered: Begin(now, into); break;
            case RegisterAll all: OnRegisterAll(all, from, now, into); break;
            case DispatchRuns dispatch: OnDispatchRuns(dispatch, from, now, into); break;
            case RunsRegistered registered: OnRegistered(registered, now, into); break;
            case PendingRuns pending: OnPending(pending, now, into); break;
            case WithdrawRuns withdraw: OnWithdraw(withdraw, now, into); break;
            case Published published: OnPublished(published, now, into); break;
            case StreamEnded ended: OnStreamEnded(ended, now, into); break;
            case DepthMeasured measured: OnMeasured(measured, now, into); break;
            case OpenAttempts open: OnCounted(open); break;
            case UntakenRuns untaken: _untaken.OnUntaken(untaken, now.Elapsed, into); break;
            case GetBacklogs: into.Tell(from, _queues.ToBacklogs()); break;
            case Due due: OnDue(due, now, into); break;
            default: into.Log(Importance.Debug, $"The dispatcher has no use for {message.GetType().Name}"); break;
        }
        Pump(now, into);
    }

    /// <inheritdoc/>
    public void Apply(NoEvent stored) => throw new NotSupportedException("The dispatcher stores nothing.");

    private void Begin(Moment now, Decision<NoEvent> into)
    {
        _stream.Open(into);
        Wake(now, into);
    }

    // Also what brings a shard up again on another node: nobody else may have a message for it.
    private void Wake(Moment now, Decision<NoEvent> into)
    {
        for (var shard = 0; shard < _settings.Shards; shard++) into.Effects.Add(new SendToShard(new Wake(shard, _epoch)));
        _wake.SetBy(now.Elapsed + _settings.WakeEvery, now.Elapsed, into);
    }

    private void OnRegisterAll(RegisterAll all, Address from, Moment now, Decision<NoEvent> into)
    {
        if (all.Runs.IsEmpty) into.Tell(from, new AllRegistered(all.Through));
        else _registrations.BeginTick(all, from, now.Elapsed, into);
    }

    private void OnDispatchRuns(DispatchRuns dispatch, Address from, Moment now, Decision<NoEvent> into)
    {
        if (dispatch.Runs.IsEmpty) into.Tell(from, new RunsDispatched([]));
        else _registrations.BeginDispatch(dispatch, from, now.Elapsed, into);
    }

    private void OnRegistered(RunsRegistered registered, Moment now, Decision<NoEvent> into)
    {
        if (_registrations.OnRegistered(registered, now.Elapsed, into) is not { } job) return;
        if (job.Through is { } through) into.Tell(job.Asker, new AllRegistered(through));
        else Answer(job, now, into);
    }

    private void Answer(RegistrationJob job, Moment now, Decision<NoEvent> into)
    {
        var reply = new RunsDispatched([.. job.Answers]);
        if (AwaitedBy(job, now) is { } key) _waiters.Add(key, job.Asker, reply, now.Elapsed, into);
        else into.Tell(job.Asker, reply);
    }

    // Behind a limit or a backlog a confirm may take any time. It may also have come before the answer to the registration.
    private AttemptKey? AwaitedBy(RegistrationJob job, Moment now)
    {
        if (!job.AwaitsDispatch || job.Runs.Length != 1 || job.Answers.Count != 1 || job.Runs[0].Spec.IsBatch) return null;
        var key = new AttemptKey(job.Answers[0].Id, 1);
        if (_done.Find(key, now.Elapsed) is not null || !_plan.GoesAtOnce(job.Runs[0].Spec.Queue)) return null;
        return job.Answers[0].Kind == RegistrationKind.New || _plan.Has(key) ? key : null;
    }

    private void OnPending(PendingRuns pending, Moment now, Decision<NoEvent> into)
    {
        foreach (var item in pending.Items)
        {
            var key = new AttemptKey(item.Spec.Id, item.Attempt);
            if (_plan.Has(key)) continue;
            if (_done.Find(key, now.Elapsed) is not { } done) _plan.Add(key, item, now.Elapsed);
            else if (done == Done.Confirmed) _marks.Add(key, now, into);
        }
    }

    private void OnWithdraw(WithdrawRuns withdraw, Moment now, Decision<NoEvent> into)
    {
        foreach (var key in withdraw.Attempts)
        {
            _plan.Withdraw(key);
            if (_done.Find(key, now.Elapsed) is null) _done.Note(key, Done.Withdrawn, now.Elapsed);
            _waiters.Answer(key, into);
        }
        into.Effects.Add(new SendToShard(new RunsWithdrawn(withdraw.Shard, withdraw.Attempts)));
    }

    private void OnPublished(Published published, Moment now, Decision<NoEvent> into)
    {
        if (!_stream.IsCurrent(published.Stream)) return;
        if (_plan.Answered(published.Attempt, published.Failure, now.Elapsed, into) is not { } handover) return;
        _stream.Works();
        // Its run is on record and goes out when the broker takes it: whoever waits for that need not wait any longer.
        _waiters.Answer(handover.Key, into);
        if (published.Failure is not null) return;
        _done.Note(handover.Key, Done.Confirmed, now.Elapsed);
        _marks.Add(handover.Key, now, into);
    }

    private void OnStreamEnded(StreamEnded ended, Moment now, Decision<NoEvent> into)
    {
        if (!_stream.IsCurrent(ended.Stream)) return;
        _stream.Ended(ended.Cause ?? "the stream ended", now.Elapsed, into);
        _plan.TakeBack();
    }

    private void OnMeasured(DepthMeasured measured, Moment now, Decision<NoEvent> into)
    {
        if (_queues.Find(measured.Queue) is not { } queue || DepthQuestions.Answered(queue, measured.Question) is not { } question) return;
        if (measured.Depth is not { } depth) return;
        queue.Window.Seen(depth.Messages, queue.Window.Handed - question.Handed, now.Elapsed);
        _untaken.OnMeasured(queue, question, depth, now, into);
        if (queue.Window.HasRoom) _plan.LookAgainAt(queue);
    }

    private void OnCounted(OpenAttempts open)
    {
        if (_counts.Answered(open) is not { } counted) return;
        counted.Found.AddRange(_plan.UnconfirmedOf(counted.Queue));
        counted.Queue.Gate!.Counted(counted.Found);
        _plan.LookAgainAt(counted.Queue);
    }

    private void OnDue(Due due, Moment now, Decision<NoEvent> into)
    {
        switch (due.Timer)
        {
            case Timers.Wake: OnWake(now, into); break;
            case Timers.Open: _stream.OnDue(now.Elapsed, into); break;
            case Timers.Pump: _plan.OnDue(now.Elapsed, into); break;
            case Timers.Flush: _marks.OnDue(now.Elapsed, into); break;
            case Timers.Waiters: _waiters.OnDue(now.Elapsed, into); break;
            case Timers.Register: OnRegistrationsDue(now, into); break;
        }
    }

    private void OnWake(Moment now, Decision<NoEvent> into)
    {
        if (!_wake.Rings(now.Elapsed, into)) return;
        Wake(now, into);
        _queues.Prune(now.Elapsed);
        if (!_stream.IsOpen || _plan.OldestUnconfirmed is not { } oldest || now.Elapsed - oldest < _settings.ConfirmBound) return;
        _stream.Ended($"no word of a message within {_settings.ConfirmBound}", now.Elapsed, into);
        _plan.TakeBack();
    }

    // What some shards have put on record stays there and goes out; whoever asks again gets the same runs.
    private void OnRegistrationsDue(Moment now, Decision<NoEvent> into)
    {
        foreach (var job in _registrations.OnDue(now.Elapsed, into))
            into.Tell(job.Asker, new Unavailable(job.Answers.Count == 0
                ? "the shard that owns the run did not answer"
                : $"{job.Answers.Count} of {job.Runs.Length} runs are on record; the shards that own the others did not answer"));
    }

    private void Pump(Moment now, Decision<NoEvent> into)
    {
        if (!_stream.IsOpen) return;
        while (_plan.Unconfirmed < _settings.ConfirmWindow && _plan.TryNext(now.Elapsed, into, out var next))
            into.Effects.Add(new Publish(_stream.Number, next.Item));
    }
}
