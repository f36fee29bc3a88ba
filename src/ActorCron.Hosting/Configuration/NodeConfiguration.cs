using System.Collections.Immutable;

namespace ActorCron.Hosting.Configuration;

/// <summary>A configuration that passed every check.</summary>
/// <param name="Settings">All of <c>actorcron { }</c>.</param>
/// <param name="Akka">The whole as Akka reads it, with roles and drain timeout carried over. Add the plugins' own defaults below it. May hold secrets.</param>
/// <param name="Notices">What is worth a line in the log but no reason to refuse.</param>
public sealed record NodeConfiguration(NodeSettings Settings, Akka.Configuration.Config Akka, ImmutableArray<ConfigProblem> Notices)
{
    public override string ToString() => Settings.ToString();
}
