using ActorCron.Core.Runs;
using MongoDB.Driver;

namespace ActorCron.History.Tests;

[NeedsServer(Variable)]
public sealed class MongoRunHistoryTests : RunHistoryConformance
{
    private const string Variable = "ACTORCRON_TEST_MONGODB";

    private readonly MongoUrlBuilder _url = new(NeedsServerAttribute.ConnectionString(Variable)) { DatabaseName = "runs_" + Guid.NewGuid().ToString("N")[..12] };

    protected override Task<IRunHistory> CreateAsync() => Task.FromResult(Another());

    protected override IRunHistory Another() => new MongoRunHistory(_url.ToString());

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        using var client = new MongoClient(_url.ToMongoUrl());
        await client.DropDatabaseAsync(_url.DatabaseName);
    }
}
