using System.Collections.Immutable;
using ActorCron.Core.Jobs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Time;

namespace ActorCron.Core.Crontabs;

/// <summary>Reads one file, line by line.</summary>
internal sealed class CrontabReader(CrontabOptions options)
{
    private const int MaxLine = 32 * 1024;
    // Variables repeat in the params of every line below them: this bounds what a small file can grow to.
    private const long MaxParamsInAll = 64L * 1024 * 1024;
    private const string NameMark = "name:";

    private readonly CrontabEnvironment _environment = new(options);
    private readonly CrontabIds _ids = new(options.Prefix);
    private readonly ImmutableArray<CrontabEntry>.Builder _entries = ImmutableArray.CreateBuilder<CrontabEntry>();
    private readonly ImmutableArray<CrontabNote>.Builder _notes = ImmutableArray.CreateBuilder<CrontabNote>();
    private readonly ImmutableArray<CrontabProblem>.Builder _problems = ImmutableArray.CreateBuilder<CrontabProblem>();
    private readonly HashSet<string> _unreadIds = new(StringComparer.Ordinal);
    private (string Name, int Line, int Column)? _name;
    private bool _hasUnreadLines;
    private bool _zoneIsNoted;
    private int _problemCount;
    private long _paramsInAll;
    private int _line;

    public Crontab Read(string text)
    {
        if (options.Check() is { } wrong)
        {
            return new Crontab { Options = options, Problems = [new CrontabProblem(0, 0, wrong.ToString())], ProblemCount = 1, HasUnreadLines = true };
        }
        var file = text.AsSpan(text.StartsWith('\uFEFF') ? 1 : 0);
        while (true)
        {
            var end = file.IndexOfAny('\r', '\n');
            _line++;
            ReadLine((end < 0 ? file : file[..end]).ToString());
            if (end < 0) break;
            file = file[(end + (file[end..].StartsWith("\r\n") ? 2 : 1))..];
        }
        ForgetName();
        return new Crontab
        {
            Options = options,
            Entries = _entries.ToImmutable(),
            Notes = _notes.ToImmutable(),
            Problems = [.. _problems.OrderBy(problem => problem.Line)],
            ProblemCount = _problemCount,
            UnreadIds = [.. _unreadIds],
            HasUnreadLines = _hasUnreadLines,
        };
    }

    private void ReadLine(string line)
    {
        var start = line.AsSpan().IndexOfAnyExcept(' ', '\t');
        if (start < 0)
        {
            ForgetName();
        }
        else if (line[start] == '#')
        {
            ReadComment(line, start);
        }
        else if (CheckText(line) is { } unreadable)
        {
            Fail(unreadable.Column, unreadable.Message);
        }
        else if (CrontabVariable.Read(line, start) is { } variable)
        {
            ForgetName();
            ReadVariable(variable);
        }
        else
        {
            ReadEntry(line, start);
        }
    }

    private void ReadComment(string line, int start)
    {
        var text = line.AsSpan(start).TrimStart("# \t");
        if (!text.StartsWith(NameMark, StringComparison.OrdinalIgnoreCase)) return;
        ForgetName();
        var name = text[NameMark.Length..].TrimStart(" \t");
        _name = (name.TrimEnd(" \t").ToString(), _line, line.Length - name.Length + 1);
    }

    // A name counts for the next line if nothing but comments stands between.
    private void ForgetName()
    {
        if (_name is { } name) Note(name.Line, $"the name \"{Json.JsonFields.Shorten(name.Name)}\" names no line: it belongs right above one");
        _name = null;
    }

    private void ReadVariable(CrontabVariable variable)
    {
        var (note, problem) = variable.Problem is null ? _environment.Set(variable.Name, variable.Value, _line) : (null, variable.Problem);
        if (note is not null && problem is null) Note(_line, note);
        if (problem is not null) Fail(variable.Column, problem);
    }

    private void ReadEntry(string line, int start)
    {
        if (CrontabLine.Read(line, start, options.System, out var missing) is not { } entry)
        {
            Fail(missing!.Value.Column, missing.Value.Message);
            return;
        }
        if (_environment.BadZoneLine > 0)
        {
            Fail(start + 1, $"its time zone is not known: CRON_TZ on line {_environment.BadZoneLine} is wrong");
            return;
        }
        var command = CrontabCommand.Read(entry.Command);
        if (command.Text.Trim(' ', '\t').Length == 0)
        {
            Fail(entry.CommandColumn, "the command is missing before the %");
            return;
        }
        if (TakeId(entry) is not { } id) return;
        if (command.IsCut) Note(_line, "the command ends at its first %, as under cron: what follows is its standard input, with a line end for each further %; write \\% for the sign itself");
        Add(entry, command, id);
    }

    private string? TakeId(CrontabLine entry)
    {
        if (_name is not { } name) return _ids.Hashed(entry.Identity, _line);
        if (_ids.Named(name.Name, _line, out var problem) is { } id) return id;
        Fail(name.Line, name.Column + (problem!.Position ?? 1) - 1, $"the name {problem.Message}; the line below it is not taken");
        return null;
    }

    private void Add(CrontabLine entry, CrontabCommand command, string id)
    {
        var time = new TimeSpec { Cron = entry.Times.Cron, TimeZone = _environment.TimeZone };
        var parameters = _environment.ParamsFor(command);
        if (!TimeRule.TryCreate(time, id, DateTimeOffset.UnixEpoch, out _, out var wrong)) Fail(entry.Times.ColumnOf(wrong.Position), wrong.Message);
        else if (System.Text.Encoding.UTF8.GetByteCount(parameters) > Json.JsonParams.MaxBytes) Fail(entry.CommandColumn, $"command and variables make more than {Json.JsonParams.MaxBytes} bytes");
        else if ((_paramsInAll += parameters.Length) > MaxParamsInAll) Fail(entry.CommandColumn, "the file's lines with their variables grow too large: move variables into the commands, or split the file");
        else Take(entry, id, time, parameters);
    }

    private void Take(CrontabLine entry, string id, TimeSpec time, string parameters)
    {
        _name = null;
        _entries.Add(new CrontabEntry(_line, new Schedule
        {
            Id = id,
            User = entry.User ?? options.User,
            Time = time,
            Job = new JobSpec("shell", parameters),
            Queue = options.Queue,
            CatchUp = options.CatchUp,
            Timeout = options.Timeout,
            Jitter = _environment.Jitter,
            FromCrontab = options.FromCrontab,
            RunAs = options.RunsAsUsers ? entry.User : null,
            CrontabEntry = true,
        }));
        if (!_environment.ZoneIsGiven && !_zoneIsNoted)
        {
            _zoneIsNoted = true;
            Note(_line, $"times are in {options.TimeZone} here, while cron takes the machine's zone; a line CRON_TZ=... above others chooses theirs");
        }
        foreach (var difference in CrontabDifferences.Of(entry, options)) Note(_line, difference);
    }

    private static (int Column, string Message)? CheckText(string line)
    {
        if (line.Length > MaxLine) return (MaxLine + 1, $"the line has {line.Length} characters; at most {MaxLine} are allowed");
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\0') return (i + 1, "a NUL byte stands here: this is no text");
            if (line[i] == '\uFFFD') return (i + 1, "something stands here that is not UTF-8");
            if (!char.IsSurrogate(line[i])) continue;
            if (!char.IsSurrogatePair(line, i)) return (i + 1, "half of a surrogate pair stands here, which is no character");
            i++;
        }
        return null;
    }

    private void Fail(int column, string message) => Fail(_line, column, message);

    // The name above a bad line still tells which schedule it is: that one is not gone from the file.
    private void Fail(int line, int column, string message)
    {
        if (_name is { } name) _unreadIds.Add(options.Prefix + name.Name);
        else _hasUnreadLines = true;
        _name = null;
        _problemCount++;
        if (_problems.Count < Crontab.MaxMessages) _problems.Add(new CrontabProblem(line, column, message));
    }

    private void Note(int line, string message)
    {
        if (_notes.Count < Crontab.MaxMessages) _notes.Add(new CrontabNote(line, message));
    }
}
