using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ActorCron.Core.Text;

namespace ActorCron.Core.Time;

/// <summary>Makes a <see cref="TimeRule"/> of a <see cref="TimeSpec"/>. Reads any text without throwing, in bounded time.</summary>
internal sealed class RuleCompiler
{
    /// <summary>No honest rule comes near; everything longer is refused unread.</summary>
    public const int LongestText = 1000;

    private static readonly (string Name, string Cron)[] Macros =
    [
        ("@hourly", "0 * * * *"),
        ("@daily", "0 0 * * *"),
        ("@midnight", "0 0 * * *"),
        ("@weekly", "0 0 * * 0"),
        ("@monthly", "0 0 1 * *"),
        ("@yearly", "0 0 1 1 *"),
        ("@annually", "0 0 1 1 *"),
        ("@every_minute", "* * * * *"),
        ("@every_second", "* * * * * *"),
    ];

    private static readonly string[] ZonePrefixes = ["CRON_TZ=", "TZ="];

    private readonly TimeSpec _spec;
    private readonly string _scheduleId;
    private readonly DateTimeOffset _createdAt;
    private readonly List<string>? _notes;
    private RuleProblem? _problem;

    private RuleCompiler(TimeSpec spec, string scheduleId, DateTimeOffset createdAt, List<string>? notes) =>
        (_spec, _scheduleId, _createdAt, _notes) = (spec, scheduleId, createdAt, notes);

    /// <summary>As <see cref="TimeRule.TryCreate"/>; <paramref name="notes"/> takes what the texts hold beyond their meaning.</summary>
    public static bool TryCompile(TimeSpec spec, string scheduleId, DateTimeOffset createdAt, List<string>? notes,
        [NotNullWhen(true)] out TimeRule? rule, [NotNullWhen(false)] out RuleProblem? problem)
    {
        var compiler = new RuleCompiler(spec, scheduleId, createdAt, notes);
        rule = compiler.Compile();
        problem = rule is null ? compiler._problem ?? new RuleProblem("cron", null, "cannot be read") : null;
        return rule is not null;
    }

    public static RuleProblem TooLong(string field, string text) =>
        new(field, LongestText + 1, $"has {text.Length} characters: at most {LongestText}");

    /// <summary>A rule is plain ASCII: anything else looks like a blank or a sign and is none.</summary>
    public static RuleProblem? Odd(string field, string text) => OddCharacters.First(text) is var at and >= 0
        ? new RuleProblem(field, at + 1, $"{(char.IsSurrogate(text[at]) ? "a character beyond U+FFFF" : OddCharacters.Show(text[at]))} stands here: a rule has letters, digits, signs such as * / , - and plain blanks")
        : null;

    private TimeRule? Compile()
    {
        if (OneKind() is { } several) return Fail("cron", null, several);
        if (!ZoneNames.TryFind(_spec.TimeZone, out var clock, out var unknown)) return Fail("timeZone", null, unknown);
        if (_spec.StartAt > _spec.EndAt) return Fail("endAt", null, "is before startAt: it comes after it");
        var rule = _spec switch
        {
            { Cron: { } text } => FromText(text, clock!),
            { Fields: { } fields } => FromFields(fields, clock!),
            { Every: { } interval } => Every(interval, "every", null),
            _ => At(_spec.At!.Value, "at", null),
        };
        return rule is null || rule.IsReboot || (_spec.StartAt ?? _spec.EndAt) is null ? rule : Within(rule);
    }

    private string? OneKind()
    {
        string?[] kinds = [_spec.Cron is null ? null : "cron", _spec.Fields is null ? null : "the fields minute to dayOfWeek",
            _spec.Every is null ? null : "every", _spec.At is null ? null : "at"];
        var given = kinds.Where(kind => kind is not null).ToList();
        if (given.Count == 1) return null;
        var found = given.Count == 0 ? "there is no time rule" : $"there is more than one time rule ({string.Join(", ", given)})";
        return $"{found}: write exactly one of cron, the fields minute to dayOfWeek, every and at";
    }

    private TimeRule? FromText(string text, ZoneClock clock)
    {
        if (text.Length > LongestText) return Fail(TooLong("cron", text));
        if (Odd("cron", text) is { } odd) return Fail(odd);
        var start = text.Length - text.AsSpan().TrimStart(" \t").Length;
        foreach (var prefix in ZonePrefixes)
        {
            if (!text.AsSpan(start).StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) continue;
            var from = start + prefix.Length;
            var end = text.AsSpan(from).IndexOfAny(' ', '\t') is var length and >= 0 ? from + length : text.Length;
            if (!ZoneNames.TryFind(text[from..end], out var named, out var unknown)) return Fail("cron", from + 1, unknown);
            clock = named!;
            start = text.Length - text.AsSpan(end).TrimStart(" \t").Length;
            break;
        }
        if (start < text.Length && text[start] == '@') return FromMacro(text, start, clock);
        if (!CronParser.TryParse(text, start, _scheduleId, _notes, out var parsed, out var problem)) return Fail(problem!);
        return FromCron(parsed, clock, "cron", parsed.DayAt);
    }

    private TimeRule? FromFields(CronFields fields, ZoneClock clock)
    {
        if (!CronParser.TryParse(fields, _scheduleId, _notes, out var parsed, out var problem)) return Fail(problem!);
        return FromCron(parsed, clock, "day", parsed.DayAt);
    }

    private TimeRule? FromMacro(string text, int start, ZoneClock clock)
    {
        var trimmed = text.AsSpan(start).TrimEnd(" \t");
        var blank = trimmed.IndexOfAny(' ', '\t');
        var name = blank < 0 ? trimmed : trimmed[..blank];
        var argument = blank < 0 ? [] : trimmed[blank..].TrimStart(" \t");
        var argumentAt = start + trimmed.Length - argument.Length + 1;

        if (Is(name, "@every"))
        {
            return ElapsedText.TryParse(argument, out var interval)
                ? Every(interval, "cron", argumentAt)
                : Fail("cron", argumentAt, "after @every comes a duration: 90s, 1h30m or PT90S");
        }
        if (Is(name, "@at"))
        {
            return InstantText.TryParse(argument, out var instant)
                ? At(instant, "cron", argumentAt)
                : Fail("cron", argumentAt, "after @at comes an instant with its offset: 2026-11-24T01:15:00Z or 2026-11-24T02:15+01:00");
        }
        if (!argument.IsEmpty) return Fail("cron", argumentAt, "nothing comes after the macro");
        if (Is(name, "@reboot")) return RebootRule.Instance;
        foreach (var macro in Macros)
        {
            if (Is(name, macro.Name) && CronParser.TryParse(macro.Cron, 0, _scheduleId, null, out var parsed, out _))
                return FromCron(parsed, clock, "cron", null);
        }
        string[] known = [.. Macros.Select(macro => macro.Name), "@every", "@at", "@reboot"];
        var meant = NearestName.Of(name, known);
        return Fail("cron", start + 1, $"'{(name.Length <= 20 ? name : name[..20])}' is no known macro: {string.Join(' ', known)}{(meant is null ? "" : $"; did you mean '{meant}'?")}");
    }

    private static bool Is(ReadOnlySpan<char> name, string macro) => name.Equals(macro, StringComparison.OrdinalIgnoreCase);

    private TimeRule? FromCron(in CronParser.Parsed parsed, ZoneClock clock, string field, int? dayAt)
    {
        if (parsed.Pattern.NextFrom(0) < 0) return Fail(field, dayAt, $"never fires: {WhyNever(parsed.Pattern)}");
        var rule = CronRule.Of(parsed.Pattern, parsed.IsInterval, clock, _spec.Dst ?? DstPolicy.Default);
        // A rule may name nothing but times that the zone's clocks skip; only a policy that drops those makes it empty.
        if (rule.Dst is { Gap: DstGap.Skip } && rule.Next(_createdAt) is null)
            return Fail(field, null, $"never fires: the clocks of {clock.Id} skip every time that it names, and dst.gap is skip");
        return rule;
    }

    private static string WhyNever(in CronPattern pattern)
    {
        var shape = new ValueShape(pattern.Months, 1, 12);
        var months = English.And([.. shape.Values.Select(month => English.Months[month - 1])]);
        var days = new ValueShape(pattern.Days.Days, 1, 31);
        if (!pattern.Days.NamesEveryWeekday || pattern.Days.HasCountedDays || days.Values.Count == 0)
            return $"no day of {months} is one that both day and dayOfWeek name";
        return $"{months} {(shape.Values.Count == 1 ? "has" : "have")} no day {English.Or([.. days.Values.Select(day => $"{day}")])}";
    }

    private TimeRule? Every(TimeSpan interval, string field, int? position)
    {
        if (interval < TimeSpan.FromSeconds(1)) return Fail(field, position, "the interval is too short: 1 second (PT1S) or longer");
        if (interval.Ticks % TimeSpan.TicksPerSecond != 0) return Fail(field, position, "the interval has a fraction of a second: write whole seconds");
        var seconds = interval.Ticks / TimeSpan.TicksPerSecond;
        var first = _spec.StartAt is { } start ? CeilingOf(start) : _createdAt.UtcTicks / TimeSpan.TicksPerSecond + seconds;
        if (first >= ZoneYear.EndOfTime) return Fail(field, position, "never fires: the interval ends after the year 9999");
        return new IntervalRule(first, seconds);
    }

    private TimeRule? At(DateTimeOffset instant, string field, int? position)
    {
        var seconds = CeilingOf(instant);
        if (seconds >= ZoneYear.EndOfTime) return Fail(field, position, "the instant is after the end of the year 9999");
        return new InstantRule(new DateTimeOffset(seconds * TimeSpan.TicksPerSecond, TimeSpan.Zero));
    }

    /// <summary>Whole seconds, never early.</summary>
    private static long CeilingOf(DateTimeOffset instant) => (instant.UtcTicks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond;

    private TimeRule? Within(TimeRule rule)
    {
        var windowed = new WindowedRule(rule, _spec.StartAt, _spec.EndAt);
        if (windowed.Next(DateTimeOffset.MinValue) is not null) return windowed;
        var late = _spec.StartAt is { } start && new WindowedRule(rule, start, null).Next(DateTimeOffset.MinValue) is { } first
            ? $": the first one after startAt is {first.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)}"
            : "";
        return Fail(_spec.EndAt is null ? "startAt" : "endAt", null, $"leaves no occurrence{late}");
    }

    private TimeRule? Fail(string field, int? position, string message) => Fail(new RuleProblem(field, position, message));

    private TimeRule? Fail(RuleProblem problem)
    {
        _problem = problem;
        return null;
    }
}
