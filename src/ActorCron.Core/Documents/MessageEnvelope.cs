using System.Globalization;
using System.Text;
using ActorCron.Core.Json;

namespace ActorCron.Core.Documents;

/// <summary>What stands around a message's body (contract 8).</summary>
public static class MessageEnvelope
{
    public const string VersionHeader = "actorcron-version";
    public const string ReasonHeader = "actorcron-reason";
    /// <summary>The only version there is.</summary>
    public const int Version = 1;
    /// <summary>The <c>type</c> property of a job message.</summary>
    public const string JobKind = "actorcron.job";
    public const string ContentType = "application/json";

    /// <summary>Null when the message may be read: a foreign publisher may leave the header and the type out, but not give others.</summary>
    /// <param name="version">The header's value as the AMQP client hands it out: a whole number of any width, text, or its bytes; null when absent.</param>
    /// <param name="kind">The <c>type</c> property; null or empty when absent.</param>
    public static MessageProblem? Check(object? version, string? kind)
    {
        if (version is not null && !IsSupported(version))
        {
            return new MessageProblem(MessageFault.UnsupportedVersion, $"{VersionHeader} is {Show(version)}; this node reads {Version}");
        }
        return string.IsNullOrEmpty(kind) || kind == JobKind
            ? null
            : new MessageProblem(MessageFault.WrongKind, $"type is \"{JsonFields.Shorten(kind)}\"; {JobKind} is expected");
    }

    private static bool IsSupported(object version) => version switch
    {
        byte or sbyte or short or ushort or int or uint or long => Convert.ToInt64(version, CultureInfo.InvariantCulture) == Version,
        string or byte[] => Show(version) == "\"1\"",
        _ => false,
    };

    private static string Show(object version) => version switch
    {
        string text => $"\"{JsonFields.Shorten(text)}\"",
        byte[] utf8 => $"\"{JsonFields.Shorten(Encoding.UTF8.GetString(utf8.AsSpan(0, Math.Min(utf8.Length, 100))))}\"",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        System.Collections.IDictionary => "a table",
        System.Collections.IEnumerable => "an array",
        _ => "no whole number",
    };
}
