namespace ActorCron.Simulation.Engine;

/// <summary>A rolling hash of all that happened: the same seed gives the same digest, in every process. Integers only.</summary>
public sealed class Digest
{
    public ulong Value { get; private set; } = 14695981039346656037UL;

    /// <summary>The value after every 1,000 events, so that two runs show where they part.</summary>
    public List<ulong> Trace { get; } = [];

    private int _added;

    public void Add(long at, long sequence, int kind, long id)
    {
        Mix((ulong)at);
        Mix((ulong)sequence);
        Mix((ulong)kind);
        Mix((ulong)id);
        if (++_added % 1000 == 0) Trace.Add(Value);
    }

    public void Mix(ulong more)
    {
        var value = (Value ^ more) * 0x9E3779B97F4A7C15UL;
        Value = value ^ (value >> 29);
    }
}
