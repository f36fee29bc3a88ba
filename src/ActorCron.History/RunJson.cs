using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;

namespace ActorCron.History;

/// <summary>A run's stored text: JSON of the whole record but its output and those fields that have the defaults below. Fields that
/// a later version added are passed over, fields that it left out take their defaults, so that nodes of two versions share a store.</summary>
internal static class RunJson
{
    // What nearly every run has is a fifth of its text, times millions. These values are stored data: what readers put in for a
    // missing field must stay what it is here, whatever defaults new schedules get.
    private static readonly Dictionary<string, object> Defaults = new()
    {
        ["priority"] = 0,
        ["timeout"] = TimeSpan.FromHours(1),
        ["retry"] = new RetryPolicy(1, TimeSpan.FromSeconds(10), 2.0, TimeSpan.FromMinutes(10)),
        ["overlap"] = OverlapPolicy.Allow,
        ["execution"] = ExecutionGuarantee.AtLeastOnce,
        ["fromCrontab"] = false,
        ["late"] = false,
    };

    private static readonly JsonSerializerOptions Options = new()
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutDefaults } },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // Never part of a page: fewer escapes in params.
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string Write(Run run) => JsonSerializer.Serialize(run.Output is null && run.Earlier is null ? run : StoredOutput.Without(run), Options);

    /// <exception cref="JsonException">The text is not one that <see cref="Write"/> made.</exception>
    public static Run Read(string text, string? output) =>
        StoredOutput.With(JsonSerializer.Deserialize<Run>(text, Options) ?? throw new JsonException("A stored run is null."), output);

    private static void LeaveOutDefaults(JsonTypeInfo type)
    {
        if (type.Type != typeof(RunSpec)) return;
        foreach (var property in type.Properties)
            if (Defaults.TryGetValue(property.Name, out var standard)) property.ShouldSerialize = (_, value) => !Equals(value, standard);
    }
}
