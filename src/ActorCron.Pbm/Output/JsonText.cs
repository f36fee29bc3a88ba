using System.Buffers;
using System.Text;
using System.Text.Json;

namespace ActorCron.Pbm.Output;

/// <summary>A small JSON document to send, without reflection (which costs start-up time).</summary>
internal static class JsonText
{
    public static string Object(Action<Utf8JsonWriter> members)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
