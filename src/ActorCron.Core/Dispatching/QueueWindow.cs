namespace ActorCron.Core.Dispatching;

/// <summary>How much of a backlog may stand at the broker. What stands there has lost its turn in the fair order, so it should be little;
/// but the queue must not run dry between two looks. It holds what the queue's consumers take in half a second: it grows while the broker
/// is found nearly empty, and shrinks to what they were seen to take.</summary>
/// <param name="smallest">Messages that may always stand there.</param>
/// <param name="size">Messages that may stand there until the broker has been looked at.</param>
public sealed class QueueWindow(int smallest = QueueWindow.Smallest, int size = 4 * QueueWindow.Smallest)
{
    /// <summary>Messages that may always stand at the broker.</summary>
    public const int Smallest = 32;

    /// <summary>Messages at most that may stand there.</summary>
    public const int Largest = 16_384;

    private static readonly TimeSpan Holds = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ShortestLook = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(5);

    private long _depth;
    private (TimeSpan At, long Handed, long Depth)? _from;

    /// <summary>Messages that may stand at the broker.</summary>
    public int Size { get; private set; } = size;

    /// <summary>Messages handed over so far.</summary>
    public long Handed { get; private set; }

    /// <summary>Whether another message may go.</summary>
    public bool HasRoom => _depth < Size;

    /// <summary>A message goes.</summary>
    public void Published()
    {
        _depth++;
        Handed++;
    }

    /// <summary>The broker told its depth while a backlog waited.</summary>
    /// <param name="depth">What it told.</param>
    /// <param name="uncounted">Messages that it may or may not have counted: unconfirmed when it was asked, or handed over since.</param>
    /// <param name="now">Elapsed time.</param>
    public void Seen(long depth, long uncounted, TimeSpan now)
    {
        _depth = depth + uncounted;
        if (_depth < Size / 4) Size = Math.Min(Size * 2, Largest);
        if (_from is { } from && now - from.At < ShortestLook) return;
        // What was seen before a pause says nothing of now.
        if (_from is { } begin && now - begin.At <= LongestLook)
        {
            var taken = Handed - begin.Handed - (_depth - begin.Depth);
            var wanted = (int)Math.Clamp(taken / (now - begin.At).TotalSeconds * Holds.TotalSeconds, smallest, Largest);
            if (wanted > Size) Size = Math.Min(Size * 2, wanted);
            else if (_depth > Size / 4) Size = Math.Max(Size / 2, wanted);
        }
        _from = (now, Handed, _depth);
    }
}
