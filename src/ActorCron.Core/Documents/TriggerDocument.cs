using System.Collections.Immutable;
using ActorCron.Core.Json;
using ActorCron.Core.Text;

namespace ActorCron.Core.Documents;

/// <summary>The body of a trigger: <c>{ "params"? }</c>, or nothing at all.</summary>
public static class TriggerDocument
{
    private static readonly FieldNames Fields = new("params");

    /// <summary>Reads it, or says everything that is wrong with it. Never throws.</summary>
    /// <param name="utf8">The body; empty for none.</param>
    /// <param name="parameters">What takes the place of the schedule's params for this run, as compact JSON text; null where the schedule's hold.</param>
    /// <param name="problems">Empty when it was right.</param>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out string? parameters, out ImmutableArray<FieldProblem> problems)
    {
        (parameters, problems) = (null, []);
        if (utf8.IndexOfAnyExcept(" \t\r\n"u8) < 0) return true;
        parameters = StrictDocument.Read(utf8, ScheduleDocument.MaxBytes, Read, out problems);
        return problems.IsEmpty;
    }

    private static string? Read(ref JsonFields json)
    {
        if (!json.IsObject(FieldProblem.Body)) return null;
        var (seen, parameters) = (0UL, (string?)null);
        while (json.Next(Fields, "", ref seen, out var name))
            if (!json.IsNull) parameters = json.Params(name);
        return parameters;
    }
}
