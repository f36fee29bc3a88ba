using ActorCron.Core.Machines;

namespace ActorCron.Core.Working;

// Which streams there should be.
public sealed partial class CreditPlan
{
    private void Adjust(Moment now, Decision<NoEvent> into)
    {
        AdjustStreams(now, into);
        TellPotential(into);
    }

    // Whoever counts what may run must know of what can still be delivered, not only of what was.
    private void TellPotential(Decision<NoEvent> into)
    {
        var count = _held.Count;
        foreach (var stream in _streams)
            if (!stream.IsDrained) count += Math.Max(0, stream.Credit - stream.Held.Count);
        if (_told is { } told && told.Count == count && told.Allowed == _allowed) return;
        _told = new Potential(_queue, count, _allowed);
        into.Effects.Add(new TellWorker(_told));
    }

    // Compares the credit that the open streams have with the credit that they should have.
    private void AdjustStreams(Moment now, Decision<NoEvent> into)
    {
        if (_hasStopped) return;
        var sum = CreditSum.Of(_streams, _held.Count);
        var wanted = Math.Max(0, _allowed - sum.Elsewhere);
        if (sum.Credit > wanted) DrainDownTo(wanted, sum.Credit, into);
        else if (sum.IsDraining) return; // What it gives back is opened together with what is missing.
        else if (sum.Credit < wanted) Grow(wanted - sum.Credit, sum, now, into);
        else if (sum is { Open: > 1, Held: 0 }) Merge(now, into);
    }

    // The idle ones first: theirs can be opened again at once.
    private void DrainDownTo(int wanted, int credit, Decision<NoEvent> into)
    {
        while (credit > wanted && LeastBusy() is { } stream)
        {
            credit -= stream.Credit;
            Drain(stream, into);
        }
    }

    // Each change costs a new consumer at the broker: not more often than needed, but soon when work may be waiting for it.
    private void Grow(int missing, CreditSum sum, Moment now, Decision<NoEvent> into)
    {
        var settled = sum.Open == 0 ? LongAgo : _openedAt + (sum.Held >= sum.Credit ? Settling / 6 : Settling);
        if (MustWait(settled > _notBefore ? settled : _notBefore, now, into)) return;
        if (LeastBusy() is { } least && (least.Held.Count == 0 || sum.Open >= MostStreams)) Drain(least, into);
        else Open(missing, now, into);
    }

    // A queue that has calmed down needs one consumer: the broker hands out in turn, whatever a consumer's credit.
    private void Merge(Moment now, Decision<NoEvent> into)
    {
        if (!MustWait(_openedAt + Settling, now, into)) DrainAll(into);
    }

    private static bool MustWait(TimeSpan until, Moment now, Decision<NoEvent> into)
    {
        if (until <= now.Elapsed) return false;
        into.Arm(AdjustTimer, until - now.Elapsed);
        return true;
    }

    private void Open(int credit, Moment now, Decision<NoEvent> into)
    {
        _openedAt = now.Elapsed;
        var stream = new CreditStream(++_streamNumber, credit);
        _streams.Add(stream);
        into.Effects.Add(new OpenStream(stream.Number, credit));
    }

    private void DrainAll(Decision<NoEvent> into)
    {
        foreach (var stream in _streams)
            if (!stream.IsDraining) Drain(stream, into);
    }

    private static void Drain(CreditStream stream, Decision<NoEvent> into)
    {
        stream.IsDraining = true;
        into.Effects.Add(new DrainStream(stream.Number));
    }

    private CreditStream? LeastBusy()
    {
        CreditStream? least = null;
        foreach (var stream in _streams)
            if (!stream.IsDraining && (least is null || stream.Held.Count < least.Held.Count)) least = stream;
        return least;
    }
}
