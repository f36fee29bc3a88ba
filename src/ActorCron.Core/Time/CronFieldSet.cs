namespace ActorCron.Core.Time;

/// <summary>The values that one field names, as bit sets; bit <c>n</c> stands for the value <c>n</c>.</summary>
internal record struct CronFieldSet
{
    /// <summary>Plain values.</summary>
    public ulong Values;
    /// <summary>Days counted from the month's end: bit <c>n</c> is <c>L-n</c>.</summary>
    public uint FromEnd;
    /// <summary>Bit <c>n</c> is <c>nW</c>: the weekday nearest to day <c>n</c>.</summary>
    public uint NearestWeekday;
    /// <summary>Bit <c>n</c> is <c>L-nW</c>: the weekday nearest to it.</summary>
    public uint NearestWeekdayFromEnd;
    /// <summary>Bit <c>7 * (m - 1) + n</c> is <c>n#m</c>: the <c>m</c>-th weekday <c>n</c> of the month.</summary>
    public ulong NthWeekday;
    /// <summary>Bit <c>n</c> is <c>nL</c>: the last weekday <c>n</c> of the month.</summary>
    public byte LastWeekday;
    /// <summary>Whether the text starts with <c>*</c>, which is what cron's rules look at (<c>*/2</c> counts).</summary>
    public bool IsStarred;
    /// <summary>Whether it is <c>?</c>: the other day field decides alone.</summary>
    public bool IsNeutral;
}
