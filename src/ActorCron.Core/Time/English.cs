using System.Globalization;

namespace ActorCron.Core.Time;

/// <summary>The few words that rules are described with.</summary>
internal static class English
{
    public static readonly string[] Months =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    public static readonly string[] Weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    private static readonly string[] Ordinals = ["", "first", "second", "third", "fourth", "fifth"];

    /// <summary><c>a</c>, <c>a and b</c>, <c>a, b and c</c>.</summary>
    public static string And(IReadOnlyList<string> items) => Join(items, "and");

    /// <summary><c>a</c>, <c>a or b</c>, <c>a, b or c</c>.</summary>
    public static string Or(IReadOnlyList<string> items) => Join(items, "or");

    /// <summary><c>first</c> to <c>fifth</c>.</summary>
    public static string Ordinal(int n) => Ordinals[n];

    /// <summary><c>2nd</c>, <c>21st</c>, …</summary>
    public static string Nth(int n) => (n % 100 / 10, n % 10) switch
    {
        (not 1, 1) => $"{n}st",
        (not 1, 2) => $"{n}nd",
        (not 1, 3) => $"{n}rd",
        _ => $"{n}th",
    };

    /// <summary>A whole number with thousands apart: <c>86,400</c>.</summary>
    public static string Count(double n) => Math.Round(n).ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>90 seconds</c>, <c>hour</c>, <c>2 hours</c>: an interval as one reads it after 'every'.</summary>
    public static string Interval(TimeSpan interval)
    {
        if (interval.TotalSeconds is not 60 and < 120) return interval.TotalSeconds is 1 ? "second" : $"{interval.TotalSeconds} seconds";
        var parts = new List<string>(4);
        Add(interval.Days, "day");
        Add(interval.Hours, "hour");
        Add(interval.Minutes, "minute");
        Add(interval.Seconds, "second");
        return parts is [var only] && only.StartsWith("1 ", StringComparison.Ordinal) ? only[2..] : And(parts);

        void Add(int count, string unit)
        {
            if (count != 0) parts.Add($"{count.ToString(CultureInfo.InvariantCulture)} {unit}{(count == 1 ? "" : "s")}");
        }
    }

    private static string Join(IReadOnlyList<string> items, string word) => items.Count switch
    {
        0 => "",
        1 => items[0],
        _ => $"{string.Join(", ", items.Take(items.Count - 1))} {word} {items[^1]}",
    };
}
