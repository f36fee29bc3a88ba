using System.Globalization;

namespace ActorCron.Core.Tests.Time;

/// <summary>What a cron rule means, written a second time and as naively as can be: walk all minutes (or seconds) of a range,
/// look at the local clock, compare every field. Shares no code with the engine.</summary>
internal sealed class CronOracle
{
    private static readonly string[] MonthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] DayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private readonly string[] _texts;
    private readonly Func<DateTime, bool>[] _fields;
    private DateTime _lastDate;
    private bool _lastDateMatches;

    public CronOracle(string cron)
    {
        var texts = cron.ToLowerInvariant().Split(' ');
        _texts = texts.Length == 5 ? ["0", .. texts] : texts;
        _fields =
        [
            Plain(_texts[0], 0, 59, [], t => t.Second),
            Plain(_texts[1], 0, 59, [], t => t.Minute),
            Plain(_texts[2], 0, 23, [], t => t.Hour),
            Any(_texts[3].Split(',').Select(DayItem)),
            Plain(_texts[4], 1, 12, MonthNames, t => t.Month),
            Any(_texts[5].Split(',').Select(DayOfWeekItem)),
        ];
    }

    public bool IsInterval => _texts[1][0] == '*' || _texts[2][0] == '*';

    public bool Matches(DateTime local)
    {
        if (!_fields[1](local) || !_fields[2](local) || !_fields[0](local) || !_fields[4](local)) return false;
        if (local.Date != _lastDate) (_lastDate, _lastDateMatches) = (local.Date, MatchesDay(local));
        return _lastDateMatches;
    }

    private bool MatchesDay(DateTime local)
    {
        if (_texts[3] == "?") return _fields[5](local);
        if (_texts[5] == "?") return _fields[3](local);
        return _texts[3][0] == '*' || _texts[5][0] == '*'
            ? _fields[3](local) && _fields[5](local)
            : _fields[3](local) || _fields[5](local);
    }

    /// <summary>All occurrences that a stretch of local time has.</summary>
    public List<DateTimeOffset> Occurrences(LocalTimeline timeline, bool fireAfterGap, string overlap)
    {
        var found = new List<DateTimeOffset>();
        for (var i = timeline.First; i <= timeline.Last; i++)
        {
            var fires = Matches(timeline.Local(i)) && (IsInterval || overlap switch
            {
                "first" => !timeline.HappenedBefore(i),
                "second" => !timeline.HappensAgain(i),
                _ => true,
            });
            if (!fires && fireAfterGap && timeline.StartsAfterGap(i) && !IsInterval) fires = timeline.SkippedBefore(i).Any(Matches);
            if (fires) found.Add(timeline.Instant(i));
        }
        return found;
    }

    private static Func<DateTime, bool> Plain(string text, int min, int max, string[] names, Func<DateTime, int> part)
    {
        var named = new bool[max + 1];
        foreach (var value in text.Split(',').SelectMany(item => Values(item, min, max, names))) named[value] = true;
        return time => named[part(time)];
    }

    private static Func<DateTime, bool> Any(IEnumerable<Func<DateTime, bool>> items)
    {
        var all = items.ToArray();
        return time => Array.Exists(all, item => item(time));
    }

    private static Func<DateTime, bool> DayItem(string item)
    {
        if (item == "?") return _ => true;
        if (item == "l") return t => t.AddDays(1).Day == 1;
        if (item == "lw") return t => t.Date == NearestWeekday(LastOf(t));
        if (item.StartsWith("l-", StringComparison.Ordinal)) return t => t.Date == LastOf(t).AddDays(-Number(item[2..]));
        if (item.EndsWith('w'))
        {
            return t => Number(item[..^1]) <= LastOf(t).Day && t.Date == NearestWeekday(new DateTime(t.Year, t.Month, Number(item[..^1])));
        }
        return Plain(item, 1, 31, [], t => t.Day);
    }

    private static Func<DateTime, bool> DayOfWeekItem(string item)
    {
        if (item == "?") return _ => true;
        if (item.EndsWith('l')) return t => (int)t.DayOfWeek == Value(item[..^1], 0, DayNames) % 7 && t.AddDays(7).Month != t.Month;
        if (item.Contains('#'))
        {
            var parts = item.Split('#');
            return t => (int)t.DayOfWeek == Value(parts[0], 0, DayNames) % 7 && (t.Day + 6) / 7 == Number(parts[1]);
        }
        var values = Values(item, 0, 6, DayNames).Select(value => value % 7).ToHashSet();
        return t => values.Contains((int)t.DayOfWeek);
    }

    private static IEnumerable<int> Values(string item, int min, int max, string[] names)
    {
        var parts = item.Split('/');
        var step = parts.Length == 2 ? Number(parts[1]) : 1;
        int first, last;
        if (parts[0] == "*") (first, last) = (min, max);
        else if (parts[0].Contains('-'))
        {
            var ends = parts[0].Split('-');
            (first, last) = (Value(ends[0], min, names), Value(ends[1], min, names));
        }
        else
        {
            first = Value(parts[0], min, names);
            last = parts.Length == 2 ? max : first;
        }
        if (first == 7 && names == DayNames) first = 0;
        if (last == 7 && names == DayNames && first == 0 && parts[0].StartsWith('7')) last = 0;
        var count = 0;
        for (var value = first; ; value = value == max && last <= max ? min : value + 1, count++)
        {
            if (count % step == 0) yield return value;
            if (value == last || count > 100) yield break;
        }
    }

    private static int Value(string text, int min, string[] names)
    {
        var name = Array.IndexOf(names, text);
        return name >= 0 ? name + min : Number(text);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static DateTime LastOf(DateTime t) => new(t.Year, t.Month, DateTime.DaysInMonth(t.Year, t.Month));

    private static DateTime NearestWeekday(DateTime day)
    {
        // The day itself, one before, one after, two before, two after: the first working day of the same month.
        foreach (var shift in (int[])[0, -1, 1, -2, 2])
        {
            var candidate = day.AddDays(shift);
            if (candidate.Month == day.Month && candidate.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)) return candidate;
        }
        throw new InvalidOperationException("every month has a working day near");
    }
}
