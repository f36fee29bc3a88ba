using ActorCron.Core;
namespace ActorCron.Simulation.Engine;

/// <summary>Random numbers of our own (the runtime's generator may change with the runtime): xoshiro256**, seeded by SplitMix64.
/// Each subsystem has a stream of its own, named by a text, so that a draw more in one shifts none in another.</summary>
public sealed class Draws
{
    private ulong _a, _b, _c, _d;

    /// <param name="seed">The seed of the run.</param>
    /// <param name="stream">The subsystem that draws.</param>
    public Draws(ulong seed, string stream)
    {
        var state = seed ^ StableHash.Of(stream);
        (_a, _b, _c, _d) = (Split(ref state), Split(ref state), Split(ref state), Split(ref state));
    }

    /// <summary>A number that follows from a seed, a subsystem, a stable id and a count alone: leaving out one id shifts no other's.</summary>
    public static ulong Of(ulong seed, ulong subsystem, ulong id, long nth)
    {
        var state = seed ^ (subsystem * 0x9E3779B97F4A7C15UL);
        state = Split(ref state) ^ id;
        state = Split(ref state) ^ (ulong)nth;
        return Split(ref state);
    }

    public ulong Next()
    {
        var result = ulong.RotateLeft(_b * 5, 7) * 9;
        var t = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= t;
        _d = ulong.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>0 to <paramref name="below"/> - 1.</summary>
    public int Below(int below) => below <= 1 ? 0 : (int)(Next() % (ulong)below);

    /// <summary>Both ends included.</summary>
    public int Between(int from, int to) => from + Below(to - from + 1);

    /// <summary>True in so many of 10,000 cases.</summary>
    public bool Chance(int of10000) => of10000 > 0 && Below(10_000) < of10000;

    public bool Half() => (Next() & 1) == 0;

    public T Pick<T>(params ReadOnlySpan<T> items) => items[Below(items.Length)];

    /// <summary>Exponentially spread around a mean, at most eight times the mean. Integers alone, so that no machine rounds otherwise.</summary>
    public long Around(long mean)
    {
        if (mean <= 0) return 0;
        // -ln(u) by the number of leading zeros and a linear rest: good enough for delays.
        var u = Next() | 1;
        var zeros = (long)ulong.LeadingZeroCount(u);
        var rest = (long)((u << (int)(zeros + 1)) >> 48);
        var scaled = ((zeros + 1) * 65536) - rest;
        return Math.Min(mean * scaled / 65536 * 45426 / 65536, mean * 8);
    }

    private static ulong Split(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15UL;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
