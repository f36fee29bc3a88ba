namespace ActorCron.Core.Working;

/// <summary>A stream of deliveries with a credit that was fixed when it was opened.</summary>
internal sealed class CreditStream(long number, int credit)
{
    public long Number { get; } = number;
    public int Credit { get; } = credit;

    /// <summary>What it has brought and the worker has not settled, in the order of its coming.</summary>
    public LinkedList<HeldDelivery> Held { get; } = new();

    /// <summary>It was told to take no more.</summary>
    public bool IsDraining { get; set; }

    /// <summary>It takes no more.</summary>
    public bool IsDrained { get; set; }
}

/// <summary>A delivery that the worker has.</summary>
internal sealed class HeldDelivery(long number, CreditStream stream, object delivery)
{
    public long Number { get; } = number;
    public CreditStream Stream { get; } = stream;
    public object Delivery { get; } = delivery;
    public LinkedListNode<HeldDelivery>? Place { get; set; }

    /// <summary>Since when its run is on its shard's books; elapsed time.</summary>
    public TimeSpan? AcceptedAt { get; set; }

    /// <summary>The broker needs no word about it any more.</summary>
    public bool IsSettled { get; set; }

    public bool IsLong(TimeSpan now, TimeSpan bound) => AcceptedAt is { } at && now - at >= bound;
}

/// <summary>What the streams of a consumer have together.</summary>
/// <param name="Open">Streams that take deliveries.</param>
/// <param name="Credit">Their credit.</param>
/// <param name="Held">What they have brought that is not settled.</param>
/// <param name="Elsewhere">What the draining ones hold or may still bring, and what is at work though its stream is over: a stream ends when the
/// broker has had its last acknowledgement, which a long run's delivery gets before it ends.</param>
/// <param name="IsDraining">Whether one of these may still bring something.</param>
internal readonly record struct CreditSum(int Open, int Credit, int Held, int Elsewhere, bool IsDraining)
{
    /// <param name="streams">All that are not over.</param>
    /// <param name="held">What the worker has of them and of those that are over.</param>
    public static CreditSum Of(List<CreditStream> streams, int held)
    {
        var sum = default(CreditSum);
        foreach (var stream in streams)
        {
            sum = sum.With(stream);
            held -= stream.Held.Count;
        }
        return sum with { Elsewhere = sum.Elsewhere + held };
    }

    private CreditSum With(CreditStream stream)
    {
        if (!stream.IsDraining) return this with { Open = Open + 1, Credit = Credit + stream.Credit, Held = Held + stream.Held.Count };
        return stream.IsDrained ? this with { Elsewhere = Elsewhere + stream.Held.Count } : this with { Elsewhere = Elsewhere + stream.Credit, IsDraining = true };
    }
}
