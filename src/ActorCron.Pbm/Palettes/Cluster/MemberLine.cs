using System.Text.Json;
using ActorCron.Pbm.Output;

namespace ActorCron.Pbm.Palettes.Cluster;

/// <summary>A member as Petabridge.Cmd prints it, so that scripts written for that one go on working:
/// <c>akka.tcp://ActorCron@host:port | [roles] | up |  | 1.0.0</c> (address, roles, status, 'unreachable' or nothing, version).</summary>
internal static class MemberLine
{
    public static string Of(JsonElement member)
    {
        var roles = string.Join(", ", member.List("roles").Select(Cell.Of));
        var status = member.Text("status") is { Length: > 0 } given ? char.ToLowerInvariant(given[0]) + given[1..] : "";
        var reach = member.Flag("reachable") == false ? "unreachable" : "";
        return Cell.Clean($"{member.Text("address")} | [{roles}] | {status} | {reach} | {member.Text("version", "appVersion")}").TrimEnd();
    }

    private static IEnumerable<JsonElement> Roles(JsonElement member) => member.ValueKind == JsonValueKind.Object ? member.List("roles") : [];
}
