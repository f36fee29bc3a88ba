using ActorCron.Actors.Brokers;
using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorCron.Actors.Working;

/// <summary>Takes deliveries of one queue with exact credit: a delivery holds its credit, unacknowledged, until its slot is free again,
/// so nothing is handed out that is not about to run. The credit of a stream is fixed when it is opened. What is missing is taken with
/// another one beside it; for less, and to acknowledge deliveries of long runs, a stream is drained: it takes no more, and what it holds
/// stays valid.</summary>
internal sealed class QueueConsumer : ReceiveActor, IWithTimers
{
    private const int MostStreams = 4;
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(300);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly string _queue;
    private readonly IRunBroker _broker;
    private readonly TimeSpan _ackWithin;
    private readonly TimeProvider _time;
    private readonly ActorMaterializer _materializer = Context.Materializer();
    private readonly Dictionary<long, Held> _held = [];
    private readonly Dictionary<int, Stream> _streams = [];
    private int _allowed;
    private long _deliveries;
    private int _streamNumber;
    private int _failures;
    private DateTimeOffset _notBefore;
    private DateTimeOffset _openedAt;
    private bool _stopped;
    private Potential? _told;

    public QueueConsumer(string queue, IRunBroker broker, TimeSpan ackWithin, TimeProvider time)
    {
        (_queue, _broker, _ackWithin, _time) = (queue, broker, ackWithin, time);
        Receive<SetAllowed>(set =>
        {
            if (set.Credit == _allowed) return;
            _allowed = set.Credit;
            Adjust();
        });
        Receive<StopTaking>(_ =>
        {
            _stopped = true;
            foreach (var stream in Open.ToList()) Drain(stream);
        });
        Receive<Delivered>(OnDelivered);
        Receive<Accepted>(accepted =>
        {
            if (_held.TryGetValue(accepted.Number, out var held)) held.AcceptedAt = _time.GetUtcNow();
        });
        Receive<Release>(OnRelease);
        Receive<Drained>(OnDrained);
        Receive<StreamEnded>(OnStreamEnded);
        Receive<AdjustAgain>(_ => Adjust());
        Receive<AckLong>(_ => OnAckLong());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(AckLong), AckLong.Instance, TimeSpan.FromTicks(_ackWithin.Ticks / 4));

    private void OnDelivered(Delivered delivered)
    {
        if (!_streams.TryGetValue(delivered.Stream, out var stream)) return; // Its connection is lost: the broker delivers it again.
        _failures = 0;
        var number = ++_deliveries;
        _held[number] = new Held(stream, delivered.Delivery);
        stream.Held++;
        Context.Parent.Tell(new Taken(number, _queue, delivered.Delivery));
    }

    private void OnRelease(Release release)
    {
        if (!_held.Remove(release.Number, out var held)) return;
        held.Stream.Held--;
        if (!held.IsSettled)
        {
            _ = release.How switch
            {
                Settlement.Ack => held.Delivery.AckAsync(),
                Settlement.Requeue => held.Delivery.RequeueAsync(),
                Settlement.DeadLetter => held.Delivery.DeadLetterAsync(release.Reason ?? "unusable"),
                var unknown => throw new ArgumentOutOfRangeException(nameof(release), unknown, "Unknown settlement."),
            };
        }
        Adjust();
    }

    private void Adjust()
    {
        AdjustCredit();
        TellPotential();
    }

    // Whoever counts what may run must know of what can still be delivered, not only of what was.
    private void TellPotential()
    {
        var count = _held.Count;
        foreach (var stream in _streams.Values)
            if (!stream.IsDrained) count += Math.Max(0, stream.Credit - stream.Held);
        var potential = new Potential(_queue, count, _allowed);
        if (potential == _told) return;
        _told = potential;
        Context.Parent.Tell(potential);
    }

    private IEnumerable<Stream> Open => _streams.Values.Where(stream => !stream.IsDraining);

    // Compares the credit that the open streams have with the credit that they should have.
    private void AdjustCredit()
    {
        if (_stopped) return;
        var (count, credit, held, elsewhere, isDraining) = (0, 0, 0, 0, false);
        foreach (var stream in _streams.Values)
        {
            if (!stream.IsDraining) (count, credit, held) = (count + 1, credit + stream.Credit, held + stream.Held);
            else if (stream.IsDrained) elsewhere += stream.Held;
            else (elsewhere, isDraining) = (elsewhere + stream.Credit, true);
        }
        var wanted = Math.Max(0, _allowed - elsewhere);
        if (credit > wanted) DrainDownTo(wanted, credit);
        else if (isDraining) return; // What it gives back is opened together with what is missing.
        else if (credit < wanted) Grow(wanted - credit, count, isStarved: held >= credit);
        else if (count > 1 && held == 0) Merge();
    }

    // The idle ones first: theirs can be opened again at once.
    private void DrainDownTo(int wanted, int credit)
    {
        foreach (var stream in Open.OrderBy(stream => stream.Held).ToList())
        {
            if (credit <= wanted) return;
            credit -= stream.Credit;
            Drain(stream);
        }
    }

    // Each change costs a new consumer at the broker: not more often than needed, but soon when work may be waiting for it.
    private void Grow(int missing, int count, bool isStarved)
    {
        var settled = count == 0 ? default : _openedAt + (isStarved ? Settle / 6 : Settle);
        if (MustWait(settled > _notBefore ? settled : _notBefore)) return;
        var least = Open.MinBy(stream => stream.Held);
        if (least is not null && (least.Held == 0 || count >= MostStreams)) Drain(least);
        else OpenStream(missing);
    }

    // A queue that has calmed down needs one consumer: the broker hands out in turn, whatever a consumer's credit.
    private void Merge()
    {
        if (MustWait(_openedAt + Settle)) return;
        foreach (var stream in Open.ToList()) Drain(stream);
    }

    private bool MustWait(DateTimeOffset until)
    {
        var wait = until - _time.GetUtcNow();
        if (wait <= TimeSpan.Zero) return false;
        Timers.StartSingleTimer(nameof(AdjustAgain), AdjustAgain.Instance, wait);
        return true;
    }

    private void OpenStream(int credit)
    {
        var self = Self;
        _openedAt = _time.GetUtcNow();
        var stream = new Stream(++_streamNumber, credit);
        var (control, done) = _broker.Deliveries(_queue, credit)
            .ToMaterialized(Sink.ForEach<RunDelivery>(delivery => self.Tell(new Delivered(stream.Number, delivery))), Keep.Both)
            .Run(_materializer);
        stream.Control = control;
        _streams[stream.Number] = stream;
        done.PipeTo(self, self, () => new StreamEnded(stream.Number, null), cause => new StreamEnded(stream.Number, cause));
    }

    private void Drain(Stream stream)
    {
        stream.IsDraining = true;
        stream.Control!.DrainAsync().PipeTo(Self, Self, () => new Drained(stream.Number));
    }

    // Acknowledging brings no new delivery any more.
    private void OnDrained(Drained drained)
    {
        if (!_streams.TryGetValue(drained.Stream, out var stream)) return;
        stream.IsDrained = true;
        AckLongOf(stream);
        Adjust();
    }

    private void OnAckLong()
    {
        var now = _time.GetUtcNow();
        foreach (var stream in _streams.Values.ToList())
        {
            if (stream.IsDrained) AckLongOf(stream);
            else if (!stream.IsDraining && _held.Values.Any(held => held.Stream == stream && held.IsLong(now, _ackWithin))) Drain(stream);
        }
    }

    private void AckLongOf(Stream stream)
    {
        var now = _time.GetUtcNow();
        foreach (var held in _held.Values.Where(held => held.Stream == stream && !held.IsSettled && held.IsLong(now, _ackWithin)))
        {
            held.IsSettled = true;
            _ = held.Delivery.AckAsync();
        }
    }

    private void OnStreamEnded(StreamEnded ended)
    {
        if (!_streams.Remove(ended.Stream, out var stream)) return;
        foreach (var held in _held.Values.Where(held => held.Stream == stream)) held.IsSettled = true;
        if (stream.IsDraining && ended.Cause is null)
        {
            Adjust();
            return;
        }
        TellPotential();
        if (_stopped || _time.GetUtcNow() < _notBefore) return; // Streams that fail together are one failure.
        if (_failures++ == 0) _log.Warning("No deliveries from queue {0} ({1}); tried again until there are", _queue, ended.Cause?.Message ?? "the stream ended");
        var wait = TimeSpan.FromMilliseconds(Math.Min(250 * Math.Pow(2, Math.Min(_failures, 5)), 5000));
        _notBefore = _time.GetUtcNow() + wait;
        Timers.StartSingleTimer(nameof(AdjustAgain), AdjustAgain.Instance, wait);
    }

    private sealed class Stream(int number, int credit)
    {
        public int Number { get; } = number;
        public int Credit { get; } = credit;
        public int Held { get; set; }
        public IDeliveryControl? Control { get; set; }
        public bool IsDraining { get; set; }
        public bool IsDrained { get; set; }
    }

    private sealed class Held(Stream stream, RunDelivery delivery)
    {
        public Stream Stream { get; } = stream;
        public RunDelivery Delivery { get; } = delivery;
        public DateTimeOffset? AcceptedAt { get; set; }
        public bool IsSettled { get; set; }

        public bool IsLong(DateTimeOffset now, TimeSpan bound) => AcceptedAt is { } at && now - at >= bound;
    }

    internal enum Settlement { Ack, Requeue, DeadLetter }

    /// <summary>How many deliveries it may hold.</summary>
    internal sealed record SetAllowed(int Credit) : INoSerializationVerificationNeeded;

    /// <summary>Take no more.</summary>
    internal sealed record StopTaking : INoSerializationVerificationNeeded { public static readonly StopTaking Instance = new(); }

    /// <summary>To the worker: a delivery that holds credit until it is released.</summary>
    internal sealed record Taken(long Number, string Queue, RunDelivery Delivery) : INoSerializationVerificationNeeded;

    /// <summary>The run is on its shard's books as started here: the delivery is no longer needed for its safety.</summary>
    internal sealed record Accepted(long Number) : INoSerializationVerificationNeeded;

    /// <summary>To the worker: how many deliveries it holds or can still get, after it had heard of that allowance.</summary>
    internal sealed record Potential(string Queue, int Count, int Allowed) : INoSerializationVerificationNeeded;

    /// <summary>The slot is free.</summary>
    internal sealed record Release(long Number, Settlement How, string? Reason = null) : INoSerializationVerificationNeeded;

    private sealed record Delivered(int Stream, RunDelivery Delivery) : INoSerializationVerificationNeeded;
    private sealed record Drained(int Stream) : INoSerializationVerificationNeeded;
    private sealed record StreamEnded(int Stream, Exception? Cause) : INoSerializationVerificationNeeded;
    private sealed record AdjustAgain : INoSerializationVerificationNeeded { public static readonly AdjustAgain Instance = new(); }
    private sealed record AckLong : INoSerializationVerificationNeeded { public static readonly AckLong Instance = new(); }
}
