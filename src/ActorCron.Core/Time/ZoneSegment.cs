namespace ActorCron.Core.Time;

/// <summary>A stretch of time with one offset from UTC. All instants are UTC seconds since 0001-01-01; offsets are seconds, east positive.</summary>
/// <param name="Start">The clock change that it begins with; far in the past where none is near.</param>
/// <param name="End">The stretch is known up to here, exclusive.</param>
/// <param name="NextChange">The next clock change; far in the future where none is near. Not before <paramref name="End"/>.</param>
/// <param name="OffsetBefore">The offset before <paramref name="Start"/>.</param>
/// <param name="Offset">The offset inside.</param>
/// <param name="OffsetAfter">The offset from <paramref name="NextChange"/> on.</param>
internal readonly record struct ZoneSegment(long Start, long End, long NextChange, int OffsetBefore, int Offset, int OffsetAfter)
{
    public const long Never = long.MaxValue / 4;

    /// <summary>The clock went forward at the start: local times were skipped.</summary>
    public bool StartsWithGap => OffsetBefore < Offset;

    /// <summary>The clock went back at the start: local times happen again, up to <see cref="RepeatsUntil"/>.</summary>
    public bool StartsWithRepeat => OffsetBefore > Offset;

    /// <summary>The local time at which everything is new again.</summary>
    public long RepeatsUntil => Start + OffsetBefore;

    /// <summary>From this local time on, the times of this stretch will happen once more.</summary>
    public long RepeatedFrom => OffsetAfter < Offset ? NextChange + OffsetAfter : Never;
}
