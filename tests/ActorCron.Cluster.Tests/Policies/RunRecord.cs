using System.Globalization;
using System.Text.Json.Nodes;

namespace ActorCron.Cluster.Tests.Policies;

/// <summary>A run as the cluster has it on record.</summary>
public sealed record RunRecord(string Id, string Schedule, DateTimeOffset ScheduledFor, string Trigger, string State, int Attempt,
    DateTimeOffset? Dispatched, DateTimeOffset? Started, DateTimeOffset? Finished, string? Node, string? Error)
{
    public bool IsFinished => State is not ("dispatched" or "running" or "retrying");
    public bool Executed => Started is not null;

    public static RunRecord Of(JsonNode run) => new((string)run["runId"]!, (string)run["schedule"]!, At(run, "scheduledFor")!.Value, (string)run["trigger"]!, (string)run["state"]!,
        (int)run["attempt"]!, At(run, "dispatched"), At(run, "started"), At(run, "finished"), (string?)run["node"], (string?)run["error"]);

    private static DateTimeOffset? At(JsonNode run, string field) => (string?)run[field] is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : null;
}
