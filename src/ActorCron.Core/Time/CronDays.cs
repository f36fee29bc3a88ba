using System.Numerics;

namespace ActorCron.Core.Time;

/// <summary>The day rule of a cron rule: which days of a given month its day and dayOfWeek fields name together.</summary>
internal readonly record struct CronDays
{
    public CronDays(in CronFieldSet day, in CronFieldSet dayOfWeek)
    {
        Days = (uint)day.Values;
        FromEnd = day.FromEnd;
        NearestWeekday = day.NearestWeekday;
        NearestWeekdayFromEnd = day.NearestWeekdayFromEnd;
        Weekdays = (byte)dayOfWeek.Values;
        NthWeekday = dayOfWeek.NthWeekday;
        LastWeekday = dayOfWeek.LastWeekday;
        // Vixie cron: either day matches when both fields are restricted, and a field that starts with * is not.
        // With * (or ?) on one side the other decides, and that is the same as asking for both.
        IsEither = !(day.IsStarred || day.IsNeutral || dayOfWeek.IsStarred || dayOfWeek.IsNeutral);
    }

    /// <summary>Plain days, bits 1 to 31.</summary>
    public uint Days { get; }
    /// <summary>Bit <c>n</c> is <c>L-n</c>.</summary>
    public uint FromEnd { get; }
    /// <summary>Bit <c>n</c> is <c>nW</c>.</summary>
    public uint NearestWeekday { get; }
    /// <summary>Bit <c>n</c> is <c>L-nW</c>.</summary>
    public uint NearestWeekdayFromEnd { get; }
    /// <summary>Plain weekdays, bit 0 is Sunday.</summary>
    public byte Weekdays { get; }
    /// <summary>Bit <c>7 * (m - 1) + n</c> is <c>n#m</c>.</summary>
    public ulong NthWeekday { get; }
    /// <summary>Bit <c>n</c> is <c>nL</c>.</summary>
    public byte LastWeekday { get; }

    public bool NamesEveryDay => Days == 0xfffffffe;

    public bool NamesEveryWeekday => Weekdays == 0x7f;

    /// <summary>Whether some of its days depend on the month's length or weekdays.</summary>
    public bool HasCountedDays => (FromEnd | NearestWeekday | NearestWeekdayFromEnd) != 0;

    /// <summary>Whether a day need match only one of the two fields.</summary>
    public bool IsEither { get; }

    /// <summary>The days of the month as bits 1 to 31.</summary>
    public uint In(int year, int month)
    {
        var length = CivilDate.DaysInMonth(year, month);
        var firstWeekday = CivilDate.Weekday(CivilDate.FirstOf(year, month));
        var valid = (uint)(((1UL << length) - 1) << 1);
        var byDay = Days;
        if ((FromEnd | NearestWeekday | NearestWeekdayFromEnd) != 0) byDay |= Counted(length, firstWeekday);
        var byWeekday = EachWeek(Weekdays, firstWeekday);
        if ((NthWeekday | LastWeekday) != 0) byWeekday |= OnceAMonth(length, firstWeekday);
        return valid & (IsEither ? byDay | byWeekday : byDay & byWeekday);
    }

    /// <summary>Every day of a 31-day month whose weekday is in the set.</summary>
    private static uint EachWeek(uint weekdays, int firstWeekday)
    {
        var fromFirst = ((weekdays >> firstWeekday) | (weekdays << (7 - firstWeekday))) & 0x7f;
        return (uint)((fromFirst * 0x10204081UL) << 1);
    }

    private uint Counted(int length, int firstWeekday)
    {
        uint days = 0;
        for (var bits = FromEnd; bits != 0; bits &= bits - 1)
            days |= Bit(length - BitOperations.TrailingZeroCount(bits));
        for (var bits = NearestWeekday; bits != 0; bits &= bits - 1)
            days |= Nearest(BitOperations.TrailingZeroCount(bits), length, firstWeekday);
        for (var bits = NearestWeekdayFromEnd; bits != 0; bits &= bits - 1)
            days |= Nearest(length - BitOperations.TrailingZeroCount(bits), length, firstWeekday);
        return days;
    }

    private uint OnceAMonth(int length, int firstWeekday)
    {
        uint days = 0;
        for (var bits = NthWeekday; bits != 0; bits &= bits - 1)
        {
            var (nth, weekday) = Math.DivRem(BitOperations.TrailingZeroCount(bits), 7);
            var day = 1 + (weekday - firstWeekday + 7) % 7 + 7 * nth;
            if (day <= length) days |= 1u << day;
        }
        for (uint bits = LastWeekday; bits != 0; bits &= bits - 1)
        {
            var first = 1 + (BitOperations.TrailingZeroCount(bits) - firstWeekday + 7) % 7;
            days |= 1u << (first + (length - first) / 7 * 7);
        }
        return days;
    }

    /// <summary>The Monday to Friday nearest to a day, never in another month; nothing where the month has no such day.</summary>
    private static uint Nearest(int day, int length, int firstWeekday)
    {
        if (day < 1 || day > length) return 0;
        return ((firstWeekday + day - 1) % 7) switch
        {
            6 => 1u << (day == 1 ? 3 : day - 1),
            0 => 1u << (day == length ? day - 2 : day + 1),
            _ => 1u << day,
        };
    }

    private static uint Bit(int day) => day < 1 ? 0 : 1u << day;
}
