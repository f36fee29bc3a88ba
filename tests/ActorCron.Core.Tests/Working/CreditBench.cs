using ActorCron.Core.Machines;
using ActorCron.Core.Working;

namespace ActorCron.Core.Tests.Working;

/// <summary>One consumer's plan with a clock of its own, and a broker that does as it is asked.</summary>
internal sealed class CreditBench
{
    private readonly Decision<NoEvent> _decision = new();
    private readonly SortedDictionary<string, TimeSpan> _timers = new(StringComparer.Ordinal);
    private readonly CreditPlan _plan;
    private int _messages;

    public CreditBench(long life = 1)
    {
        _plan = new CreditPlan("q", life, TimeSpan.FromSeconds(10));
        Tell(ConsumerBegan.Instance);
    }

    public TimeSpan Now { get; private set; }

    /// <summary>Open streams that take deliveries, by number, with what is left of their credit.</summary>
    public SortedDictionary<long, int> Open { get; } = [];

    /// <summary>Streams that were told to take no more and have not said so.</summary>
    public SortedSet<long> Draining { get; } = [];

    /// <summary>Streams that are there, with the deliveries that are not settled at the broker.</summary>
    public SortedDictionary<long, HashSet<object>> Streams { get; } = [];

    public int Opened { get; private set; }

    /// <summary>What the worker holds, the oldest first.</summary>
    public Queue<long> Held { get; } = new();

    public List<(object Delivery, Settlement How)> Settled { get; } = [];

    public Potential? Potential { get; private set; }

    /// <summary>Deliveries that are or may come to be with the worker.</summary>
    public int Possible => Held.Count + Open.Values.Sum();

    public void Allow(int credit) => Tell(new SetCredit("q", credit));

    /// <summary>The broker delivers through the first stream that has credit; false where none has.</summary>
    public bool Deliver()
    {
        if (Open.FirstOrDefault(stream => stream.Value > 0) is not { Key: > 0 } stream) return false;
        Open[stream.Key]--;
        var message = $"m{++_messages}";
        Streams[stream.Key].Add(message);
        Tell(new Delivered(stream.Key, message));
        return true;
    }

    public void Accept(long number) => Tell(new AcceptDelivery("q", number));

    public void ReleaseOldest(Settlement how = Settlement.Ack) => Tell(new SettleDelivery("q", Held.Dequeue(), how));

    /// <summary>The streams that were told to drain say that they have.</summary>
    public void Drained()
    {
        foreach (var stream in Draining.ToList())
        {
            Draining.Remove(stream);
            Tell(new StreamDrained(stream));
            EndIfEmpty(stream);
        }
    }

    public void Fail()
    {
        foreach (var stream in Streams.Keys.ToList()) End(stream, "gone");
    }

    public void End(long stream, string? failure)
    {
        Streams.Remove(stream);
        Open.Remove(stream);
        Draining.Remove(stream);
        Tell(new StreamEnded(stream, failure));
    }

    public CreditBench Pass(TimeSpan span)
    {
        var end = Now + span;
        while (_timers.Count > 0 && _timers.MinBy(timer => timer.Value) is var (name, at) && at <= end)
        {
            _timers.Remove(name);
            if (at > Now) Now = at;
            Tell(new Due(name));
        }
        Now = end;
        return this;
    }

    public void Tell(object message)
    {
        _plan.Step(message, Address.Nobody, new Moment(DateTimeOffset.UnixEpoch, Now), _decision);
        var asked = _decision.AtOnce.Concat(_decision.Effects).ToList();
        _decision.Clear();
        foreach (var effect in asked) CarryOut(effect);
    }

    private void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case Effect.Arm arm: _timers[arm.Timer] = Now + arm.After; break;
            case OpenStream open:
                Opened++;
                Open.Add(open.Stream, open.Credit);
                Streams.Add(open.Stream, []);
                break;
            case DrainStream drain:
                Open.Remove(drain.Stream);
                Draining.Add(drain.Stream);
                break;
            case HandToWorker hand: Held.Enqueue(hand.Number); break;
            case SettleAtBroker settle: Settle(settle); break;
            case TellWorker { Message: Potential potential }: Potential = potential; break;
        }
    }

    private void Settle(SettleAtBroker settle)
    {
        Settled.Add((settle.Delivery, settle.How));
        foreach (var (number, messages) in Streams.ToList())
        {
            if (!messages.Remove(settle.Delivery)) continue;
            if (Open.TryGetValue(number, out var credit)) Open[number] = credit + 1;
            return;
        }
    }

    // A stream that has drained is over when all that it brought is settled; the plan hears of it as of any message.
    private void EndIfEmpty(long stream)
    {
        if (!Open.ContainsKey(stream) && !Draining.Contains(stream) && Streams.TryGetValue(stream, out var messages)
            && messages.Count == 0) End(stream, null);
    }

    /// <summary>Streams that have drained and whose deliveries are settled end.</summary>
    public void EndEmpty()
    {
        foreach (var stream in Streams.Keys.ToList()) EndIfEmpty(stream);
    }
}
