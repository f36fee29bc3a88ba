using System.Text.Json;
using ActorCron.Core.Json;
using ActorCron.Core.Text;

namespace ActorCron.Core.Documents;

/// <summary>What job and result messages have in common: fields not known are passed over, so that later versions may add some.</summary>
internal static class MessageBody
{
    public delegate T? Reader<out T>(ref JsonFields json) where T : class;

    public static T? Read<T>(ReadOnlySpan<byte> utf8, int maxBytes, Reader<T> read, out MessageProblem? problem) where T : class
    {
        problem = CheckBytes(utf8, maxBytes);
        if (problem is not null) return null;
        var json = new JsonFields(utf8, tolerant: true);
        try
        {
            json.Start();
            var body = json.IsObject(FieldProblem.Body) ? read(ref json) : null;
            json.End();
            if (!json.HasProblems) return body;
            problem = new MessageProblem(MessageFault.InvalidField, $"{json.Problems[0].Field} {json.Problems[0].Message}");
        }
        catch (JsonException malformed)
        {
            var fault = json.IsTooDeep(malformed) ? MessageFault.TooDeep : MessageFault.MalformedJson;
            problem = new MessageProblem(fault, $"{FieldProblem.Body} {json.Malformed(malformed).Message}");
        }
        return null;
    }

    private static MessageProblem? CheckBytes(ReadOnlySpan<byte> utf8, int maxBytes)
    {
        if (JsonFields.CheckBytes(utf8, maxBytes) is not { } problem) return null;
        var fault = utf8.IsEmpty ? MessageFault.Empty : utf8.Length > maxBytes ? MessageFault.TooLarge : MessageFault.MalformedJson;
        return new MessageProblem(fault, $"{FieldProblem.Body} {problem.Message}");
    }
}
