namespace ActorCron.Core.Time;

/// <summary>Reads the five or six fields of a cron rule.</summary>
internal static class CronParser
{
    private static readonly CronField[] Fields =
        [CronField.Second, CronField.Minute, CronField.Hour, CronField.Day, CronField.Month, CronField.DayOfWeek];

    /// <summary>A pattern as read, with what its texts said beyond the set of times.</summary>
    /// <param name="Pattern">The times.</param>
    /// <param name="IsInterval">The minute or hour field starts with <c>*</c>.</param>
    /// <param name="DayAt">Where the day field is, from 1.</param>
    public readonly record struct Parsed(CronPattern Pattern, bool IsInterval, int DayAt);

    /// <summary>Reads the fields out of one text.</summary>
    /// <param name="text">The whole text of the document's field <c>cron</c>.</param>
    /// <param name="start">Where the cron fields begin in it.</param>
    /// <param name="scheduleId">Seeds <c>H</c>.</param>
    /// <param name="notes">Takes remarks, if given.</param>
    /// <param name="parsed">The result.</param>
    /// <param name="problem">The first problem.</param>
    public static bool TryParse(string text, int start, string scheduleId, List<string>? notes, out Parsed parsed, out RuleProblem? problem)
    {
        parsed = default;
        Span<Range> words = stackalloc Range[Fields.Length + 1];
        var count = SplitWords(text, start, words);
        if (count is < 5 or > 6)
        {
            var at = count > 6 ? words[6].Start.Value : text.Length;
            var found = count switch { 0 => "there is no field", 1 => "there is one field", > 6 => "there are more than 6 fields", _ => $"there are {count} fields" };
            problem = new RuleProblem("cron", at + 1, $"{found}; a cron rule has 5: minute hour day month dayOfWeek, or 6 with leading seconds, or is a macro such as @daily");
            return false;
        }
        Span<CronFieldSet> sets = stackalloc CronFieldSet[Fields.Length];
        sets[0].Values = 1;
        for (var i = 0; i < count; i++)
        {
            var field = i + Fields.Length - count;
            if (CronFieldParser.TryParse(Fields[field], text.AsSpan()[words[i]], scheduleId, notes, out sets[field], out var at, out var message)) continue;
            problem = new RuleProblem("cron", words[i].Start.Value + at + 1, $"{Fields[field].Name}: {message}");
            return false;
        }
        parsed = Combine(sets, dayAt: words[count - 3].Start.Value + 1);
        problem = null;
        return true;
    }

    /// <summary>Reads the five fields apart; problems name the field itself.</summary>
    public static bool TryParse(CronFields fields, string scheduleId, List<string>? notes, out Parsed parsed, out RuleProblem? problem)
    {
        parsed = default;
        ReadOnlySpan<string?> texts = [fields.Minute, fields.Hour, fields.Day, fields.Month, fields.DayOfWeek];
        Span<CronFieldSet> sets = stackalloc CronFieldSet[Fields.Length];
        sets[0].Values = 1;
        for (var i = 0; i < texts.Length; i++)
        {
            var field = Fields[i + 1];
            var text = texts[i] ?? "*";
            if (text.Length > RuleCompiler.LongestText)
            {
                problem = RuleCompiler.TooLong(field.Name, text);
                return false;
            }
            if (RuleCompiler.Odd(field.Name, text) is { } odd)
            {
                problem = odd;
                return false;
            }
            var blanks = text.Length - text.AsSpan().TrimStart().Length;
            if (CronFieldParser.TryParse(field, text.AsSpan().Trim(), scheduleId, notes, out sets[i + 1], out var at, out var message)) continue;
            problem = new RuleProblem(field.Name, blanks + at + 1, message);
            return false;
        }
        parsed = Combine(sets, dayAt: 1);
        problem = null;
        return true;
    }

    private static Parsed Combine(ReadOnlySpan<CronFieldSet> sets, int dayAt)
    {
        var pattern = new CronPattern(sets[0].Values, sets[1].Values, (uint)sets[2].Values, (ushort)sets[4].Values, new CronDays(sets[3], sets[5]));
        return new Parsed(pattern, sets[1].IsStarred || sets[2].IsStarred, dayAt);
    }

    /// <summary>Splits at blanks and tabs; stops when <paramref name="words"/> is full.</summary>
    private static int SplitWords(string text, int start, Span<Range> words)
    {
        var count = 0;
        for (var at = start; at < text.Length && count < words.Length;)
        {
            while (at < text.Length && text[at] is ' ' or '\t') at++;
            var from = at;
            while (at < text.Length && text[at] is not (' ' or '\t')) at++;
            if (at > from) words[count++] = from..at;
        }
        return count;
    }
}
