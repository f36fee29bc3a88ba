using System.Collections.Immutable;
using System.Text.Json;
using ActorCron.Core.Schedules;

namespace ActorCron.Node.Importing;

/// <summary>What an import did so far. Counts are exact; of errors and notes only the first ones are kept. Safe to use from several threads.</summary>
internal sealed class ImportTally
{
    /// <summary>Errors, and notes, that an answer lists.</summary>
    public const int Listed = 1000;

    private readonly Lock _lock = new();
    private readonly List<(int Line, string Error)> _errors = [];
    private readonly List<(int Line, string Note)> _notes = [];

    public int Created { get; private set; }
    public int Updated { get; private set; }
    public int Unchanged { get; private set; }
    public int Failed { get; private set; }

    /// <summary>Schedules that a crontab no longer holds; null where the import never removes.</summary>
    public int? Removed { get; set; }

    public ImmutableArray<(string Name, long Value)> Counts => [("created", Created), ("updated", Updated), ("unchanged", Unchanged), ("failed", Failed)];

    public void Fail(int line, string error)
    {
        lock (_lock)
        {
            Failed++;
            if (_errors.Count < Listed) _errors.Add((line, error));
        }
    }

    /// <summary>Counts failures that are not listed.</summary>
    public void FailMore(int count)
    {
        lock (_lock) Failed += count;
    }

    public void Note(int line, string note)
    {
        lock (_lock)
        {
            if (_notes.Count < Listed) _notes.Add((line, note));
        }
    }

    /// <summary>Counts what stood as it was already.</summary>
    public void AddUnchanged(int count)
    {
        lock (_lock) Unchanged += count;
    }

    public void Add(int line, PutOutcome outcome)
    {
        lock (_lock)
        {
            switch (outcome.Kind)
            {
                case PutKind.Created: Created++; break;
                case PutKind.Updated: Updated++; break;
                case PutKind.Unchanged: Unchanged++; break;
                default: Fail(line, outcome.Field is null ? outcome.Reason ?? "is refused" : $"{outcome.Field}: {outcome.Reason}"); break;
            }
        }
    }

    public void Write(Utf8JsonWriter json, bool dryRun)
    {
        json.WriteStartObject();
        foreach (var (name, value) in Counts) json.WriteNumber(name, value);
        if (Removed is { } removed) json.WriteNumber("removed"u8, removed);
        json.WriteBoolean("dryRun"u8, dryRun);
        WriteLines(json, "errors", "error", _errors);
        WriteLines(json, "notes", "note", _notes);
        json.WriteEndObject();
    }

    private static void WriteLines(Utf8JsonWriter json, string name, string member, IEnumerable<(int Line, string Text)> lines)
    {
        json.WriteStartArray(name);
        foreach (var (line, text) in lines.OrderBy(entry => entry.Line))
        {
            json.WriteStartObject();
            json.WriteNumber("line"u8, line);
            json.WriteString(member, text);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
