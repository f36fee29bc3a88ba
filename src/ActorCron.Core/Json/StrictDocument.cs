using System.Collections.Immutable;
using System.Text.Json;
using ActorCron.Core.Text;

namespace ActorCron.Core.Json;

/// <summary>Reads a document of a user's, in which every field has to be known, and says all that is wrong with it.</summary>
internal static class StrictDocument
{
    public delegate T? Reader<out T>(ref JsonFields json) where T : class;

    /// <summary>What the reader made of it; null where it made nothing, or there are problems. Never throws.</summary>
    /// <param name="utf8">The document; a byte order mark is passed over.</param>
    /// <param name="maxBytes">A larger one is a problem.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="problems">Empty when it was right.</param>
    public static T? Read<T>(ReadOnlySpan<byte> utf8, int maxBytes, Reader<T> read, out ImmutableArray<FieldProblem> problems) where T : class
    {
        if (JsonFields.CheckBytes(utf8, maxBytes) is { } unreadable)
        {
            problems = [unreadable];
            return null;
        }
        var json = new JsonFields(utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8, tolerant: false);
        try
        {
            json.Start();
            var document = read(ref json);
            json.End();
            problems = json.Problems;
            return problems.IsEmpty ? document : null;
        }
        catch (JsonException malformed)
        {
            problems = [json.Malformed(malformed)];
            return null;
        }
    }
}
