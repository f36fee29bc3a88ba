using System.Numerics;

namespace ActorCron.Core.Time;

/// <summary>The local times that a cron rule names, without any zone. Local times are whole seconds since 0001-01-01T00:00.
/// A value: equal patterns name the same times, whatever their texts.</summary>
internal readonly record struct CronPattern
{
    public const int SecondsADay = 86400;

    /// <summary>29 February comes on a given weekday at least every 40 years; no pattern is rarer.</summary>
    private const int RarestInYears = 41;

    private readonly ulong _seconds;
    private readonly ulong _minutes;
    private readonly uint _hours;
    private readonly ushort _months;

    public CronPattern(ulong seconds, ulong minutes, uint hours, ushort months, in CronDays days)
    {
        (_seconds, _minutes, _hours, _months) = (seconds, minutes, hours, months);
        Days = days;
    }

    public CronDays Days { get; }
    public ulong Seconds => _seconds;
    public ulong Minutes => _minutes;
    public uint Hours => _hours;
    public ushort Months => _months;

    /// <summary>How many times there are on a day that it names.</summary>
    public int TimesADay => BitOperations.PopCount(_seconds) * BitOperations.PopCount(_minutes) * BitOperations.PopCount(_hours);

    /// <summary>The first named local time at or after <paramref name="local"/>; -1 when there is none.</summary>
    public long NextFrom(long local)
    {
        if (local < 0) local = 0;
        var dayNumber = (int)(local / SecondsADay);
        var time = (int)(local - (long)dayNumber * SecondsADay);
        var date = CivilDate.FromDayNumber(dayNumber);
        if (date.Year > CivilDate.LastYear) return -1;
        var days = DaysOf(date.Year, date.Month);
        if ((days >> date.Day & 1) != 0)
        {
            var later = TimeFrom(time);
            if (later >= 0) return (long)dayNumber * SecondsADay + later;
        }
        var after = date.Day == 31 ? 0 : days >> (date.Day + 1) << (date.Day + 1);
        var day = after != 0
            ? dayNumber - date.Day + BitOperations.TrailingZeroCount(after)
            : FirstDayAfterMonth(date.Year, date.Month);
        return day < 0 ? -1 : (long)day * SecondsADay + TimeFrom(0);
    }

    private int FirstDayAfterMonth(int year, int month)
    {
        var lastYear = Math.Min(year + RarestInYears, CivilDate.LastYear);
        while (true)
        {
            if (++month > 12) (year, month) = (year + 1, 1);
            if (year > lastYear) return -1;
            var days = DaysOf(year, month);
            if (days != 0) return CivilDate.FirstOf(year, month) - 1 + BitOperations.TrailingZeroCount(days);
        }
    }

    /// <summary>The days that it names in a month, as bits 1 to 31.</summary>
    public uint DaysOf(int year, int month) => (_months >> month & 1) == 0 ? 0 : Days.In(year, month);

    /// <summary>The first time of day, in seconds, at or after one; -1 when the day has none left.</summary>
    private int TimeFrom(int time)
    {
        var hour = time / 3600;
        var minute = time / 60 % 60;
        var second = From(_seconds, time % 60);
        if (second < 0)
        {
            minute++;
            second = BitOperations.TrailingZeroCount(_seconds);
        }
        var foundMinute = (_hours >> hour & 1) == 0 ? -1 : From(_minutes, minute);
        if (foundMinute >= 0)
        {
            if (foundMinute != minute) second = BitOperations.TrailingZeroCount(_seconds);
            return hour * 3600 + foundMinute * 60 + second;
        }
        var foundHour = From(_hours, hour + 1);
        return foundHour < 0 ? -1
            : foundHour * 3600 + BitOperations.TrailingZeroCount(_minutes) * 60 + BitOperations.TrailingZeroCount(_seconds);
    }

    /// <summary>The lowest bit at or above one; -1 for none.</summary>
    private static int From(ulong bits, int lowest)
    {
        var left = bits >> lowest << lowest;
        return left == 0 ? -1 : BitOperations.TrailingZeroCount(left);
    }
}
