namespace ActorCron.Node.Tests.Api;

/// <summary>One server for the tests of a class; each test uses ids of its own.</summary>
public sealed class ApiFixture : IAsyncLifetime
{
    public ApiServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await ApiServer.StartAsync("jobs.shell.enabled=on", "queues.foreign.external=on");

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
