using System.Collections.Immutable;

namespace ActorCron.Hosting.Configuration;

/// <summary>Which built-in job types this node executes, and how.</summary>
public sealed record JobsSettings(ShellSettings Shell, bool HttpEnabled, bool NoopEnabled);

/// <summary>Shell jobs.</summary>
/// <param name="Enabled">Off by default; the entries of the node's own crontab run all the same.</param>
/// <param name="User">The account to run them as; empty for the node's own.</param>
/// <param name="Env">Variables added to each job's environment; may hold secrets.</param>
public sealed record ShellSettings(bool Enabled, string User, ImmutableSortedDictionary<string, string> Env)
{
    public override string ToString() => $"shell {(Enabled ? "on" : "off")}{(User.Length == 0 ? "" : $" as {User}")}, {Env.Count} variables";
}
