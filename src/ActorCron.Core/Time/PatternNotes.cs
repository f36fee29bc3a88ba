namespace ActorCron.Core.Time;

/// <summary>What an owner may not expect of a pattern, clock changes aside.</summary>
internal static class PatternNotes
{
    /// <summary>Days that not every month has.</summary>
    private const uint LateDays = 0b111u << 29;

    private const ushort February = 1 << 2;
    private const ushort ShortMonths = 1 << 4 | 1 << 6 | 1 << 9 | 1 << 11;

    public static IEnumerable<string> Of(CronPattern pattern)
    {
        if (UnevenStep(pattern.Seconds, 60, "second", "minute") is { } seconds) yield return seconds;
        if (UnevenStep(pattern.Minutes, 60, "minute", "hour") is { } minutes) yield return minutes;
        if (UnevenStep(pattern.Hours, 24, "hour", "day") is { } hours) yield return hours;
        if (DayRule(pattern.Days) is { } rule) yield return rule;
        if (new ValueShape(pattern.Days.Days, 1, 31) is { Step: > 1 } days)
            yield return $"the step of {days.Step} days begins anew on day {days.First} of each month, however short ago the last one was";
        if (MissingDays(pattern) is { } missing) yield return missing;
    }

    private static string? UnevenStep(ulong bits, int size, string unit, string whole)
    {
        var shape = new ValueShape(bits, 0, size - 1);
        if (shape.Step == 0 || size % shape.Step == 0) return null;
        var rest = size - shape.Last + shape.First;
        return $"the step of {shape.Step} {unit}s begins anew each {whole}: from {unit} {shape.Last} to {unit} {shape.First} it is {rest}";
    }

    private static string? DayRule(in CronDays days)
    {
        if (days.IsEither)
        {
            return days.NamesEveryDay || days.NamesEveryWeekday
                ? "day and dayOfWeek are both given without a leading '*' and one of them names every day: cron asks for either, so that every day matches"
                : "day and dayOfWeek are both restricted: as in cron a day matches if either does";
        }
        var isRestricted = !days.NamesEveryDay && !days.NamesEveryWeekday;
        return isRestricted ? "day and dayOfWeek must both match, because one of them starts with '*' (as in cron)" : null;
    }

    private static string? MissingDays(in CronPattern pattern)
    {
        var days = pattern.Days;
        if (days.IsEither || days.HasCountedDays || days.Days == 0 || (days.Days & ~LateDays) != 0) return null;
        var lowest = new ValueShape(days.Days, 1, 31).First;
        if (pattern.Months == February) return "29 February exists in leap years only";
        var missing = (pattern.Months & February) != 0 || lowest == 31 && (pattern.Months & ShortMonths) != 0;
        return missing ? $"months without a day {lowest} are left out; L is the last day of any month" : null;
    }
}
