using System.Globalization;
using System.Text.Json.Nodes;

namespace ActorCron.Cluster.Tests.Policies;

/// <summary>What the cluster says became of an occurrence.</summary>
public sealed record VerdictRecord(DateTimeOffset Occurrence, string Verdict, string Reason, string? RunId)
{
    public static VerdictRecord Of(JsonNode verdict) =>
        new(DateTimeOffset.Parse((string)verdict["occurrence"]!, CultureInfo.InvariantCulture), (string)verdict["verdict"]!, (string)verdict["reason"]!, (string?)verdict["runId"]);
}
