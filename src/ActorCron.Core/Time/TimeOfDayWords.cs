using System.Globalization;

namespace ActorCron.Core.Time;

/// <summary>Says at what times of a day a pattern fires.</summary>
internal static class TimeOfDayWords
{
    /// <summary>More are better said by their fields.</summary>
    private const int MostClockTimes = 6;

    public static string Of(in CronPattern pattern)
    {
        var seconds = new ValueShape(pattern.Seconds, 0, 59);
        var minutes = new ValueShape(pattern.Minutes, 0, 59);
        var hours = new ValueShape(pattern.Hours, 0, 23);
        if (seconds.Values.Count * minutes.Values.Count * hours.Values.Count <= MostClockTimes) return "At " + ClockTimes(seconds, minutes, hours);
        if (seconds.Values is [0]) return InMinutes(minutes, hours);
        var often = Often(seconds, "second", "minute");
        if (minutes.IsAll && hours.IsAll) return often;
        if (minutes.Values.Count * hours.Values.Count <= MostClockTimes)
            return $"{often} of {ClockTimes(new ValueShape(1, 0, 59), minutes, hours)}";
        var rest = InMinutes(minutes, hours);
        return $"{often}, {char.ToLowerInvariant(rest[0])}{rest[1..]}";
    }

    private static string InMinutes(ValueShape minutes, ValueShape hours)
    {
        var isOnTheHour = minutes.Values is [0];
        if (isOnTheHour && hours.IsAll) return "Every hour";
        if (isOnTheHour && hours.Step > 0 && hours.First == 0 && 24 % hours.Step == 0) return $"Every {hours.Step} hours";
        var often = isOnTheHour ? "Every hour" : Often(minutes, "minute", "hour");
        if (hours.IsAll) return often;
        var isEven = isOnTheHour || minutes.IsAll || DividesHour(minutes);
        if (isEven && (hours.IsRange || hours.Values.Count == 1))
            return $"{often} from {Clock(hours.First, minutes.First)} through {Clock(hours.Last, minutes.Last)}";
        return $"{(isOnTheHour ? "On the hour" : often)} {HourWords(hours)}";
    }

    private static string HourWords(ValueShape hours)
    {
        if (hours.Step > 0) return $"in every {English.Nth(hours.Step)} hour from {Clock(hours.First, 0)} through {Clock(hours.Last, 0)}";
        if (hours.IsRange || hours.Values.Count == 1) return $"from {Clock(hours.First, 0)} through {Clock(hours.Last, 59)}";
        return $"in the hours {English.And([.. hours.Values.Select(hour => Clock(hour, 0))])}";
    }

    private static string Often(ValueShape values, string unit, string whole)
    {
        if (values.IsAll) return $"Every {unit}";
        if (DividesHour(values) && values.First == 0) return $"Every {values.Step} {unit}s";
        if (values.Step > 0) return $"Every {values.Step} {unit}s from {unit} {values.First} through {values.Last} of each {whole}";
        if (values.IsRange) return $"Every {unit} from {values.First} through {values.Last} of each {whole}";
        if (values.Values is [var only]) return $"At {only} {unit}{(only == 1 ? "" : "s")} past the {whole}";
        return $"At {unit}s {English.And([.. values.Values.Select(Number)])} of each {whole}";
    }

    private static bool DividesHour(ValueShape values) => values.Step > 0 && 60 % values.Step == 0 && values.First < values.Step;

    private static string ClockTimes(ValueShape seconds, ValueShape minutes, ValueShape hours)
    {
        var times = from hour in hours.Values.Order()
                    from minute in minutes.Values.Order()
                    from second in seconds.Values.Order()
                    select second == 0 && seconds.Values.Count == 1 ? Clock(hour, minute) : $"{Clock(hour, minute)}:{second:00}";
        return English.And([.. times]);
    }

    private static string Clock(int hour, int minute) => string.Create(CultureInfo.InvariantCulture, $"{hour:00}:{minute:00}");

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
