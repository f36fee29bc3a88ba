using Akka.Actor;
using Akka.Cluster;

namespace ActorCron.Actors.Gateway;

/// <summary>The cluster's membership in words.</summary>
internal static class ClusterLook
{
    public static ClusterView At(Cluster cluster)
    {
        var state = cluster.State;
        return new ClusterView(
            [.. state.Members.Select(member => new MemberView(member.Address.ToString(), RolesOf(member),
                member.Status.ToString().ToLowerInvariant(), !state.Unreachable.Contains(member), member.AppVersion.Version))],
            state.Leader?.ToString(), SchedulerOf(cluster)?.ToString(), cluster.SelfAddress.ToString());
    }

    // Akka names a member's data centre among its roles.
    private static IReadOnlyList<string> RolesOf(Member member) =>
        [.. member.Roles.Where(role => !role.StartsWith("dc-", StringComparison.Ordinal))];

    // Cluster singletons live on the oldest member of their role.
    public static Address? SchedulerOf(Cluster cluster)
    {
        var candidates = cluster.State.Members
            .Where(member => member.HasRole("scheduler") && member.Status is MemberStatus.Up or MemberStatus.Leaving).ToList();
        return candidates.Count == 0 ? null : candidates.Aggregate((a, b) => a.IsOlderThan(b) ? a : b).Address;
    }
}
