using System.Globalization;
using System.Numerics;

namespace ActorCron.Core.Time;

/// <summary>Says on which days a pattern fires.</summary>
internal static class DayWords
{
    /// <summary>More dates are better said by their fields.</summary>
    private const int MostDates = 4;

    /// <summary>How a phrase begins that names months and no days.</summary>
    public const string OnlyMonths = "in ";

    /// <summary>A phrase such as <c>Monday through Friday, in March</c>; null for every day of the year.</summary>
    public static string? Of(in CronPattern pattern)
    {
        var days = pattern.Days;
        var months = new ValueShape(pattern.Months, 1, 12);
        if (Dates(days, months) is { } dates) return dates;
        var day = days.NamesEveryDay ? null : DayOfMonth(days);
        var isBoth = day is not null && !days.IsEither;
        var weekday = days.NamesEveryWeekday ? null : Weekday(days, isBoth);
        var when = (day, weekday) switch
        {
            (null, null) => null,
            // Either is enough, and one side is all days.
            (null, _) or (_, null) when days.IsEither => null,
            ({ } d, null) => d,
            (null, { } w) => w,
            ({ } d, { } w) => isBoth ? $"{d} if it is {w}" : $"{d} or {w}",
        };
        if (months.IsAll) return when;
        var named = months.IsRange ? Through(months, English.Months, 1) : English.And([.. months.Values.Select(month => English.Months[month - 1])]);
        return when is null ? OnlyMonths + named : $"{when}, {OnlyMonths}{named}";
    }

    /// <summary><c>on 1 January and 1 July</c>, where the rule is no more than that.</summary>
    private static string? Dates(in CronDays days, ValueShape months)
    {
        var plain = new ValueShape(days.Days, 1, 31);
        if (months.IsAll || !days.NamesEveryWeekday || days.IsEither || days.HasCountedDays) return null;
        if (plain.Values.Count == 0 || plain.Values.Count * months.Values.Count > MostDates) return null;
        return "on " + English.And([.. from month in months.Values from day in plain.Values select $"{day} {English.Months[month - 1]}"]);
    }

    private static string DayOfMonth(in CronDays days)
    {
        var parts = new List<string>();
        if (days.Days != 0) parts.Add(PlainDays(new ValueShape(days.Days, 1, 31)));
        foreach (var back in Bits(days.FromEnd)) parts.Add(back == 0 ? "on the last day of the month" : $"{BeforeLast(back)} of the month");
        foreach (var day in Bits(days.NearestWeekday)) parts.Add($"on the Monday to Friday nearest day {day} of the month");
        foreach (var back in Bits(days.NearestWeekdayFromEnd))
            parts.Add(back == 0 ? "on the last Monday to Friday day of the month" : $"on the Monday to Friday nearest to {back} days before the month's last day");
        return English.Or(parts);
    }

    private static string BeforeLast(int back) => back == 1 ? "on the day before the last" : $"{back} days before the last day";

    private static string PlainDays(ValueShape days)
    {
        if (days.Step > 0) return $"on every {English.Nth(days.Step)} day of the month from day {days.First}";
        if (days.IsRange) return $"on days {days.First} through {days.Last} of the month";
        var list = English.And([.. days.Values.Select(day => day.ToString(CultureInfo.InvariantCulture))]);
        return $"on day{(days.Values.Count == 1 ? "" : "s")} {list} of the month";
    }

    /// <param name="days">The day rule.</param>
    /// <param name="isCondition">Whether the phrase follows 'if it is' instead of standing for itself.</param>
    private static string Weekday(in CronDays days, bool isCondition)
    {
        var on = isCondition ? "" : "on ";
        var parts = new List<string>();
        if (days.Weekdays != 0)
        {
            var shape = new ValueShape(days.Weekdays, 0, 6);
            // A list of weekdays reads better with Sunday last.
            string[] names = [.. shape.Values.OrderBy(day => (day + 6) % 7).Select(day => English.Weekdays[day])];
            parts.Add(shape.IsRange ? Through(shape, English.Weekdays, 0) : on + (isCondition ? English.Or(names) : English.And(names)));
        }
        foreach (var bit in Bits(days.NthWeekday)) parts.Add($"{on}the {English.Ordinal(bit / 7 + 1)} {English.Weekdays[bit % 7]} of the month");
        foreach (var day in Bits(days.LastWeekday)) parts.Add($"{on}the last {English.Weekdays[day]} of the month");
        return English.Or(parts);
    }

    private static string Through(ValueShape range, string[] names, int min) => $"{names[range.First - min]} through {names[range.Last - min]}";

    private static IEnumerable<int> Bits(ulong bits)
    {
        for (; bits != 0; bits &= bits - 1) yield return BitOperations.TrailingZeroCount(bits);
    }
}
