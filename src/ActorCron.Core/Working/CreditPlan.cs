using ActorCron.Core.Machines;

namespace ActorCron.Core.Working;

/// <summary>How a consumer takes deliveries of one queue with exact credit: a delivery holds its credit, unacknowledged, until its slot is free
/// again, so nothing is handed out that is not about to run. The credit of a stream is fixed when it is opened. What is missing is taken with
/// another one beside it; for less, and to acknowledge deliveries of long runs, a stream is drained: it takes no more, and what it holds stays valid.</summary>
public sealed partial class CreditPlan : IMachine<NoEvent>
{
    private static readonly BackOff Pauses = new(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(5));
    private const int MostStreams = 4;
    private const string AdjustTimer = "adjust";
    private const string AckTimer = "ack-long";
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongAgo = TimeSpan.FromDays(-1);

    private readonly string _queue;
    private readonly TimeSpan _ackWithin;
    private readonly Dictionary<long, HeldDelivery> _held = [];
    private readonly List<CreditStream> _streams = [];
    private long _deliveries;
    private long _streamNumber;
    private int _allowed;
    private int _failures;
    private TimeSpan _notBefore = LongAgo;
    private TimeSpan _openedAt = LongAgo;
    private bool _hasStopped;
    private Potential? _told;

    /// <param name="queue">Whose deliveries it takes.</param>
    /// <param name="life">Another one for each consumer of the process: no delivery or stream bears the number of another life's.</param>
    /// <param name="ackWithin">A delivery is acknowledged at the latest this long after its run was accepted.</param>
    public CreditPlan(string queue, long life, TimeSpan ackWithin)
    {
        (_queue, _ackWithin) = (queue, ackWithin);
        _deliveries = _streamNumber = life << 32;
    }

    /// <summary>Takes <see cref="ConsumerBegan"/>, <see cref="Delivered"/>, <see cref="StreamDrained"/>, <see cref="StreamEnded"/>, <see cref="Due"/>, and of the
    /// worker's effects <see cref="SetCredit"/>, <see cref="StopTaking"/>, <see cref="AcceptDelivery"/> and <see cref="SettleDelivery"/>.</summary>
    public void Step(object message, Address from, Moment now, Decision<NoEvent> into)
    {
        switch (message)
        {
            case Delivered delivered: OnDelivered(delivered, into); break;
            case AcceptDelivery accepted: OnAccepted(accepted.Number, now); break;
            case SettleDelivery settled: OnSettled(settled, now, into); break;
            case SetCredit set: OnCredit(set.Credit, now, into); break;
            case StopTaking: OnStop(into); break;
            case StreamDrained drained: OnDrained(drained.Stream, now, into); break;
            case StreamEnded ended: OnEnded(ended, now, into); break;
            case Due { Timer: AdjustTimer }: Adjust(now, into); break;
            case Due { Timer: AckTimer }: OnAckDue(now, into); break;
            case ConsumerBegan: OnBegan(into); break;
        }
    }

    /// <inheritdoc />
    public void Apply(NoEvent stored) { }

    private void OnBegan(Decision<NoEvent> into)
    {
        into.Effects.Add(new TellWorker(new ConsumerStarted(_queue)));
        into.Arm(AckTimer, _ackWithin / 4);
    }

    private void OnDelivered(Delivered delivered, Decision<NoEvent> into)
    {
        if (Find(delivered.Stream) is not { } stream) return; // Its connection is lost: the broker delivers it again.
        _failures = 0;
        var held = new HeldDelivery(++_deliveries, stream, delivered.Delivery);
        _held.Add(held.Number, held);
        held.Place = stream.Held.AddLast(held);
        into.Effects.Add(new HandToWorker(held.Number, held.Delivery));
    }

    private void OnAccepted(long number, Moment now)
    {
        if (_held.TryGetValue(number, out var held)) held.AcceptedAt ??= now.Elapsed;
    }

    private void OnSettled(SettleDelivery settled, Moment now, Decision<NoEvent> into)
    {
        if (!_held.Remove(settled.Number, out var held)) return;
        held.Stream.Held.Remove(held.Place!);
        if (!held.IsSettled) into.Effects.Add(new SettleAtBroker(held.Delivery, settled.How, settled.Reason));
        Adjust(now, into);
    }

    private void OnCredit(int credit, Moment now, Decision<NoEvent> into)
    {
        if (credit == _allowed) return;
        _allowed = credit;
        Adjust(now, into);
    }

    private void OnStop(Decision<NoEvent> into)
    {
        _hasStopped = true;
        DrainAll(into);
    }

    private void OnDrained(long number, Moment now, Decision<NoEvent> into)
    {
        if (Find(number) is not { } stream) return;
        stream.IsDrained = true;
        AckLong(stream, now, into);
        Adjust(now, into);
    }

    private void OnEnded(StreamEnded ended, Moment now, Decision<NoEvent> into)
    {
        if (Find(ended.Stream) is not { } stream) return;
        _streams.Remove(stream);
        foreach (var held in stream.Held) held.IsSettled = true;
        if (stream.IsDraining && ended.Failure is null)
        {
            Adjust(now, into);
            return;
        }
        TellPotential(into);
        if (_hasStopped || now.Elapsed < _notBefore) return; // Streams that fail together are one failure.
        TryLater(ended.Failure ?? "the stream ended", now, into);
    }

    private void TryLater(string failure, Moment now, Decision<NoEvent> into)
    {
        if (_failures++ == 0) into.Log(Importance.Warning, $"No deliveries from queue {_queue} ({failure}); tried again until there are");
        var wait = Pauses.After(_failures);
        _notBefore = now.Elapsed + wait;
        into.Arm(AdjustTimer, wait);
    }

    private void OnAckDue(Moment now, Decision<NoEvent> into)
    {
        into.Arm(AckTimer, _ackWithin / 4);
        foreach (var stream in _streams)
        {
            if (stream.IsDrained) AckLong(stream, now, into);
            else if (!stream.IsDraining && HoldsLong(stream, now)) Drain(stream, into);
        }
    }

    private bool HoldsLong(CreditStream stream, Moment now)
    {
        foreach (var held in stream.Held)
            if (held.IsLong(now.Elapsed, _ackWithin)) return true;
        return false;
    }

    // Acknowledging brings no new delivery any more.
    private void AckLong(CreditStream stream, Moment now, Decision<NoEvent> into)
    {
        foreach (var held in stream.Held)
        {
            if (held.IsSettled || !held.IsLong(now.Elapsed, _ackWithin)) continue;
            held.IsSettled = true;
            into.Effects.Add(new SettleAtBroker(held.Delivery, Settlement.Ack, null));
        }
    }

    // A handful, most of the time one.
    private CreditStream? Find(long number)
    {
        foreach (var stream in _streams)
            if (stream.Number == number) return stream;
        return null;
    }
}
