using Xunit.Sdk;

namespace ActorCron.History.Tests;

/// <summary>A fact of a conformance suite: skipped in classes whose store is not there (<see cref="NeedsServerAttribute"/>).</summary>
[XunitTestCaseDiscoverer("ActorCron.History.Tests.StoreFactDiscoverer", "ActorCron.History.Tests")]
public sealed class StoreFactAttribute : FactAttribute;

/// <summary>A theory of a conformance suite, skipped likewise.</summary>
[XunitTestCaseDiscoverer("ActorCron.History.Tests.StoreTheoryDiscoverer", "ActorCron.History.Tests")]
public sealed class StoreTheoryAttribute : TheoryAttribute;

/// <summary>On a test class: its tests are skipped, with this reason, while the environment variable names no server.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsServerAttribute(string variable) : Attribute
{
    /// <summary>The server's connection string, or null.</summary>
    public static string? ConnectionString(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given ? given : null;

    public string? SkipReason => ConnectionString(variable) is null ? $"No server: set {variable} to a connection string." : null;
}
