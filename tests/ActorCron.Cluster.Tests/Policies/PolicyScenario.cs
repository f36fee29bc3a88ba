namespace ActorCron.Cluster.Tests.Policies;

/// <summary>One play for all tests of this folder: a cluster of three processes carries schedules of every policy at the same time, and
/// the node that schedules (and works) is killed in the middle. What happened is recorded; each test judges one promise by it.</summary>
public sealed class PolicyScenario
{
    private Task<PolicyEvidence>? _played;

    public Task<PolicyEvidence> EvidenceAsync(Servers servers) => _played ??= PolicyPlay.PlayAsync(servers);
}

/// <summary>A test that judges the play.</summary>
public abstract class PolicyTests(Servers servers, PolicyScenario scenario) : IAsyncLifetime
{
    protected PolicyEvidence Evidence { get; private set; } = null!;

    public async Task InitializeAsync() => Evidence = await scenario.EvidenceAsync(servers);
    public Task DisposeAsync() => Task.CompletedTask;
}
