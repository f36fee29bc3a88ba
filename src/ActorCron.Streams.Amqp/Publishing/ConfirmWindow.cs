using System.Diagnostics.CodeAnalysis;

namespace ActorCron.Streams.Amqp;

/// <summary>
/// Messages published whose outcome is not yet taken, in order. A ring: entries come and go in order of publishing, the
/// broker's confirms name a publishing number, alone or with all before it. Not thread-safe.
/// </summary>
internal sealed class ConfirmWindow<T>(int capacity)
{
    private readonly Entry[] _ring = new Entry[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity)];
    private long _first;
    private long _next;
    private ulong _confirmedThrough;

    private struct Entry
    {
        // Of messages that were not sent: the number of the last one sent before.
        public ulong Number;
        public long Tick;
        public T Context;
        public PublishOutcome? Outcome;
    }

    public int Count => (int)(_next - _first);

    public bool IsFull => Count >= capacity;

    public void Add(ulong number, long tick, T context, PublishOutcome? outcome = null) =>
        At(_next++) = new Entry { Number = number, Tick = tick, Context = context, Outcome = outcome };

    /// <summary>Gives the youngest entry its outcome: it was never sent.</summary>
    public void ResolveLast(ulong number, PublishOutcome outcome)
    {
        ref var last = ref At(_next - 1);
        last.Number = number;
        last.Outcome ??= outcome;
    }

    public void Resolve(ulong number, bool multiple, PublishOutcome outcome)
    {
        if (!multiple)
        {
            var position = Find(number);
            if (position < _next && At(position).Number == number) At(position).Outcome ??= outcome;
            return;
        }
        for (var position = Find(_confirmedThrough + 1); position < _next && At(position).Number <= number; position++)
            At(position).Outcome ??= outcome;
        _confirmedThrough = Math.Max(_confirmedThrough, number);
    }

    public void ResolveAll(PublishOutcome outcome)
    {
        for (var position = _first; position < _next; position++) At(position).Outcome ??= outcome;
    }

    /// <summary>Gives the outcome to all added at or before a tick.</summary>
    public void ResolveUntil(long tick, PublishOutcome outcome)
    {
        for (var position = _first; position < _next && At(position).Tick <= tick; position++) At(position).Outcome ??= outcome;
    }

    /// <summary>Takes the oldest, if its outcome is known.</summary>
    public bool TryTake([NotNullWhen(true)] out PublishOutcome? outcome, [MaybeNullWhen(false)] out T context)
    {
        outcome = null;
        context = default;
        if (Count == 0 || At(_first).Outcome is not { } known) return false;
        (outcome, context) = (known, At(_first).Context);
        // Holds nothing alive.
        At(_first++) = default;
        return true;
    }

    // The first entry with this number or a higher one. Almost always the numbers have no gaps and the first guess is right.
    private long Find(ulong number)
    {
        if (Count == 0 || number <= At(_first).Number) return _first;
        var guess = _first + (long)(number - At(_first).Number);
        if (guess < _next && At(guess).Number == number && At(guess - 1).Number != number) return guess;

        var (low, high) = (_first, _next);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (At(middle).Number < number) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private ref Entry At(long position) => ref _ring[position & (_ring.Length - 1)];
}
