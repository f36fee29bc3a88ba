using System.Text.Encodings.Web;
using System.Text.Json;

namespace ActorCron.Core.Json;

/// <summary>How documents, messages and answers are written.</summary>
public static class JsonWriting
{
    /// <summary>No escapes beyond those that JSON needs.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
