using System.Collections.Immutable;

namespace ActorCron.Core.Limits;

/// <summary>To the limiter, from its shell, first of all and at each change: the cluster's members with the role worker, also those that are
/// leaving or cannot be reached. Who is no longer among them has been removed.</summary>
/// <param name="Workers">Each as <see cref="NameOf"/> gives it.</param>
public sealed record WorkersAre(ImmutableArray<string> Workers)
{
    /// <summary>What a member is called here.</summary>
    /// <param name="node"><c>host:port</c>.</param>
    /// <param name="incarnation">The member's uid.</param>
    public static string NameOf(string node, int incarnation) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{node}#{incarnation}");
}
