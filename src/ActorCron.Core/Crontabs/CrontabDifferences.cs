using System.Buffers;
using System.Globalization;

namespace ActorCron.Core.Crontabs;

/// <summary>Where a line means something else here than to cron (Debian's vixie-cron and cronie).</summary>
internal static class CrontabDifferences
{
    private static readonly string[] Months = ["", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    private static readonly string[] FieldNames = ["minute", "hour", "day of month", "month", "day of week"];

    private static readonly SearchValues<char> FieldCharacters = SearchValues.Create("0123456789*?/,-#LW");

    public static IEnumerable<string> Of(CrontabLine line, CrontabOptions options)
    {
        foreach (var note in line.Fields.SelectMany((field, index) => OfField(field, index))) yield return note;
        if (line.Times.Cron.StartsWith("@reboot", StringComparison.OrdinalIgnoreCase)) yield return "@reboot fires once when the cluster forms, not whenever a machine or the daemon starts";
        if (line.Times.Cron.StartsWith("@every ", StringComparison.OrdinalIgnoreCase) || line.Times.Cron.StartsWith("@at ", StringComparison.OrdinalIgnoreCase)) yield return "@every and @at are not cron's: cron refuses the line";
        if (line.User is not null && !options.RunsAsUsers) yield return $"the schedule belongs to the user {line.User}; the command runs as the account of the node's shell jobs, while cron would run it as {line.User}";
        var first = line.Command.Split(' ', '\t')[0];
        if (line.Fields.Count > 0 && !options.System && LooksLikeField(first)) yield return $"a crontab has five time fields and none for seconds: the command begins with \"{first}\"";
        if (!options.System && UserColumns.SeemsToBeIn(line.Command, options.Accounts))
            yield return $"the command begins with \"{first}\", which is the name of an account: a system crontab with a user column is read as one by --system-crontab (pbm cron import --system)";
    }

    private static IEnumerable<string> OfField(string field, int index)
    {
        foreach (var item in field.Split(','))
        {
            var note = OfItem(item, index);
            if (note is not null) yield return $"{FieldNames[index]} {item}: {note}";
        }
    }

    private static string? OfItem(string item, int index)
    {
        if (item.Contains('~')) return "cronie picks a value anew at each start; here it is picked once and stays";
        if (IsExtension(item, index)) return "is not cron's: cron refuses the line";
        var slash = item.IndexOf('/');
        var range = slash < 0 ? item : item[..slash];
        var dash = range.IndexOf('-');
        if (dash < 0) return slash > 0 && range != "*" ? $"means {range} and on to the end by {item[(slash + 1)..]}; cronie refuses it and older crons read {range} alone" : null;
        if (Value(range[..dash], index) is not { } from || Value(range[(dash + 1)..], index) is not { } to || from <= to) return null;
        return "wraps around the end of its field; cron refuses a reversed range or never fires it";
    }

    // L, W, #, ? and H, of which the names of months and days hold some letters.
    private static bool IsExtension(string item, int index)
    {
        if (item.Contains('#') || item.Contains('?') || item.StartsWith('H') || item.StartsWith('h')) return true;
        if (index == 2) return item.AsSpan().IndexOfAny("LlWw") >= 0;
        return index == 4 && item.EndsWith('L') | item.EndsWith('l');
    }

    private static int? Value(string text, int index)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        var names = index switch { 3 => Months, 4 => Days, _ => [] };
        var value = Array.FindIndex(names, name => name.Length > 0 && name.Equals(text, StringComparison.OrdinalIgnoreCase));
        return value < 0 ? null : value;
    }

    private static bool LooksLikeField(string word) =>
        word.Length > 0 && word.AsSpan().IndexOfAnyExcept(FieldCharacters) < 0 && word != "-"
        || word.Length >= 3 && Days.Concat(Months[1..]).Any(name => word[..3].Equals(name, StringComparison.OrdinalIgnoreCase)) && (word.Length == 3 || word[3] is ',' or '-');
}
