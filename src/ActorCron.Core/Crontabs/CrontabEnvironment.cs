using System.Text.Json;
using ActorCron.Core.Json;

namespace ActorCron.Core.Crontabs;

/// <summary>What the variable lines read so far give to the lines below them.</summary>
internal sealed class CrontabEnvironment(CrontabOptions options)
{
    private const int MaxVariables = 100;
    private const int MaxCharacters = 8 * 1024;
    private const int MaxRandomDelay = 24 * 60;
    // Guessing which zone was meant compares it with all of them: dear in a file of nonsense.
    private const int MaxUnknownZones = 100;

    private readonly SortedDictionary<string, string> _variables = new(StringComparer.Ordinal);
    private int _characters;
    private int _unknownZones;

    public string TimeZone { get; private set; } = options.TimeZone;
    /// <summary>Whether a <c>CRON_TZ</c> line chose the zone.</summary>
    public bool ZoneIsGiven { get; private set; }
    /// <summary>The line whose <c>CRON_TZ</c> is no zone: the lines below cannot be read; 0 when there is none.</summary>
    public int BadZoneLine { get; private set; }
    public string? Shell { get; private set; }
    public TimeSpan Jitter { get; private set; }

    /// <summary>Takes a variable. Answers a note, a problem, or neither.</summary>
    public (string? Note, string? Problem) Set(string name, string value, int line)
    {
        switch (name)
        {
            case "CRON_TZ": return SetZone(value, line);
            case "RANDOM_DELAY": return SetDelay(value);
            case "SHELL":
                Shell = value.Length > 0 ? value : null;
                return ($"the commands below run with {Shell ?? "/bin/sh"}", null);
            case "MAILTO" or "MAILFROM" or "CONTENT_TYPE" or "CONTENT_TRANSFER_ENCODING":
                return ($"{name} has no effect: no mail is sent, a run keeps what its command prints", null);
            case "LOGNAME" or "USER":
                return ($"{name} has no effect: as under cron, it is that of the account that runs the command", null);
            default:
                return (NoteFor(name), Store(name, value));
        }
    }

    /// <summary>The job's params: command, stdin and cwd; env and shell where the file sets them.</summary>
    public string ParamsFor(CrontabCommand command)
    {
        using var buffer = new MemoryStream(256);
        using (var writer = new Utf8JsonWriter(buffer, JsonWriting.Options))
        {
            writer.WriteStartObject();
            writer.WriteString("command"u8, command.Text);
            writer.WriteString("stdin"u8, command.Input);
            if (Shell is not null) writer.WriteString("shell"u8, Shell);
            writer.WriteString("cwd"u8, "~"u8); // as under cron: in HOME, the file's or the account's
            if (_variables.Count > 0) WriteVariables(writer);
            writer.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private void WriteVariables(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("env"u8);
        foreach (var (name, value) in _variables) writer.WriteString(name, value);
        writer.WriteEndObject();
    }

    private static string? NoteFor(string name) => name switch
    {
        "PATH" => "PATH goes into the environment of the commands below",
        "TZ" => "TZ goes into the environment of the commands below and, as under cron, does not change when they run: CRON_TZ does",
        "HOME" => "the commands below start in HOME, as under cron",
        _ => null,
    };

    private (string? Note, string? Problem) SetZone(string value, int line)
    {
        var zone = value.Length > 0 ? value : options.TimeZone;
        var problem = _unknownZones < MaxUnknownZones
            ? CrontabZone.Check("CRON_TZ", zone)?.Message
            : $"is not looked up: {MaxUnknownZones} lines above name zones that are not known";
        if (problem is not null)
        {
            (BadZoneLine, _unknownZones) = (line, _unknownZones + 1);
            return (null, problem);
        }
        (TimeZone, ZoneIsGiven, BadZoneLine) = (zone, value.Length > 0, 0);
        return ($"the times below are in {zone}", null);
    }

    private (string? Note, string? Problem) SetDelay(string value)
    {
        if (!int.TryParse(value, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var minutes) || minutes > MaxRandomDelay)
        {
            return (null, $"RANDOM_DELAY is a whole number of minutes from 0 to {MaxRandomDelay}");
        }
        Jitter = TimeSpan.FromMinutes(minutes);
        return ("RANDOM_DELAY becomes the jitter of the lines below; each occurrence has its own delay, which stays the same", null);
    }

    private string? Store(string name, string value)
    {
        if (!_variables.ContainsKey(name) && _variables.Count == MaxVariables) return $"there are too many variables; at most {MaxVariables} are allowed";
        var before = _variables.TryGetValue(name, out var old) ? name.Length + old.Length : 0;
        var characters = _characters - before + name.Length + value.Length;
        if (characters > MaxCharacters) return $"the variables are too long; at most {MaxCharacters} characters in all are allowed";
        _variables[name] = value;
        _characters = characters;
        return null;
    }
}
