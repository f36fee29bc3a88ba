using ActorCron.Core.Text;

namespace ActorCron.Core.Crontabs;

/// <summary>A line with times, perhaps a user, and a command, taken apart but not yet judged.</summary>
internal sealed record CrontabLine
{
    private static readonly string[] FieldNames = ["minute", "hour", "day of month", "month", "day of week"];

    public required CrontabWords Times { get; init; }
    /// <summary>The five fields; empty for a macro.</summary>
    public required IReadOnlyList<string> Fields { get; init; }
    public string? User { get; init; }
    /// <summary>The command as written, <c>%</c> and all.</summary>
    public required string Command { get; init; }
    /// <summary>Where the command begins, from 1.</summary>
    public required int CommandColumn { get; init; }

    /// <summary>What names the line when nothing else does: its words, whatever the blanks between them.</summary>
    public string Identity => $"{Times.Cron}\n{User}\n{Command}";

    /// <summary>Takes a line apart, or says where that ends.</summary>
    /// <param name="line">Without its end.</param>
    /// <param name="start">Its first character that is no blank.</param>
    /// <param name="system">Whether it has a user column.</param>
    /// <param name="problem">What is missing; null when nothing is.</param>
    public static CrontabLine? Read(string line, int start, bool system, out (int Column, string Message)? problem)
    {
        var (at, times, fields) = (start, new CrontabWords(), new List<string>(5));
        problem = OddTimes(line, start, ReadTimes(line, ref at, times, fields), at);
        if (problem is not null) return null;
        string? user = null;
        // cron, too, takes a star here for a sixth time field and not for what to run.
        if (at < line.Length && line[at] == '*') problem = (at + 1, "a * stands where the command begins: a crontab line has five time fields and none for seconds");
        else if (system)
        {
            var column = at + 1;
            user = Word(line, ref at);
            if (user.Length == 0) problem = (column, "the user is missing: minute hour day month dayOfWeek user command");
            else if (!IsUser(user)) problem = (column, "this is no user name: a system crontab has a user before the command");
        }
        if (problem is not null) return null;
        var command = line[at..];
        if (command.Trim(' ', '\t').Length == 0) problem = (line.Length + 1, "the command is missing");
        return problem is null ? new CrontabLine { Times = times, Fields = fields, User = user, Command = command, CommandColumn = at + 1 } : null;
    }

    private static (int Column, string Message)? ReadTimes(string line, ref int at, CrontabWords times, List<string> fields)
    {
        // In system crontabs a leading minus asks cron not to log the line; it is no part of the minute.
        if (line[at] == '-' && at + 1 < line.Length && !CrontabVariable.IsBlank(line[at + 1])) at++;
        if (line[at] == '@')
        {
            var macro = at + 1;
            var name = Word(line, ref at);
            times.Add(name, macro);
            var argument = at + 1;
            if (name is "@every" or "@at") times.Add(Word(line, ref at), argument);
            return null;
        }
        foreach (var name in FieldNames)
        {
            var column = at + 1;
            var word = Word(line, ref at);
            if (word.Length == 0) return (line.Length + 1, $"the {name} is missing: a line has minute, hour, day of month, month, day of week and a command");
            times.Add(word, column);
            fields.Add(word);
        }
        return null;
    }

    // A blank that is none joins words: the times then lack one, or the last of them has the command in it.
    private static (int Column, string Message)? OddTimes(string line, int start, (int, string)? problem, int end)
    {
        var times = line.AsSpan(start, (problem is null ? end : line.Length) - start);
        return OddCharacters.First(times) is var odd and >= 0 && !char.IsSurrogate(times[odd])
            ? (start + odd + 1, $"{OddCharacters.Show(times[odd])} stands here: times are written in ASCII, with blanks or tabs between them")
            : problem;
    }

    // The word at a place, and the place behind the blanks that follow it.
    private static string Word(string line, ref int at)
    {
        var start = at;
        while (at < line.Length && !CrontabVariable.IsBlank(line[at])) at++;
        var word = line[start..at];
        while (at < line.Length && CrontabVariable.IsBlank(line[at])) at++;
        return word;
    }

    private static bool IsUser(string word) =>
        word.Length <= 100 && (char.IsAsciiLetter(word[0]) || word[0] == '_') && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' or '$');
}
