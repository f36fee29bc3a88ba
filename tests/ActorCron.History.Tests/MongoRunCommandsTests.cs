using System.Collections.Concurrent;
using ActorCron.Core.Runs;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Events;
using static ActorCron.History.Tests.Runs;

namespace ActorCron.History.Tests;

/// <summary>What lists send to the server, by the driver's own command events. A page is as fast over ten million runs as over a thousand
/// when the server reads no more of an index than the page holds, which the shape of the command decides: equality on everything in front of
/// the scheduled time, the index's own order behind it, few enough ranges to merge, and a limit.</summary>
[NeedsServer(Variable)]
public sealed class MongoRunCommandsTests : IAsyncLifetime
{
    private const string Variable = "ACTORCRON_TEST_MONGODB";

    // MongoDB's internalQueryMaxScansToExplode: with more ranges than these it sorts in memory instead of merging.
    private const int MostRanges = 200;

    private static readonly IReadOnlyDictionary<string, string[]> InFrontOfTime = new Dictionary<string, string[]>
    {
        ["schedule"] = ["schedule", "user", "queue", "state"],
        ["user"] = ["user", "queue", "state"],
        ["queue"] = ["queue", "state"],
        ["state"] = ["state"],
    };

    private readonly ConcurrentQueue<BsonDocument> _sent = new();
    private readonly MongoUrlBuilder _url = new(NeedsServerAttribute.ConnectionString(Variable)) { DatabaseName = "commands_" + Guid.NewGuid().ToString("N")[..12] };
    private MongoRunHistory _history = null!;

    public async Task InitializeAsync()
    {
        _history = new(_url.ToString(), settings => settings.ClusterConfigurator = cluster => cluster.Subscribe<CommandStartedEvent>(e => _sent.Enqueue(e.Command.DeepClone().AsBsonDocument)));
        await _history.InitializeAsync(CancellationToken.None);
        await _history.UpsertAsync([.. from i in Enumerable.Range(0, 180) select Of("s", i, user: i % 2 == 0 ? "rob" : "ann", queue: $"q{i % 45}")], CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _history.DisposeAsync();
        using var client = new MongoClient(_url.ToMongoUrl());
        await client.DropDatabaseAsync(_url.DatabaseName);
    }

    public static TheoryData<string?, string?, string?, int> Filters()
    {
        var filters = new TheoryData<string?, string?, string?, int>();
        foreach (var schedule in new[] { null, "s" })
            foreach (var user in new[] { null, "rob" })
                foreach (var queue in new[] { null, "q4" })
                    foreach (var states in new[] { 0, 1, 3 })
                        filters.Add(schedule, user, queue, states);
        return filters;
    }

    [StoreTheory]
    [MemberData(nameof(Filters))]
    public async Task A_page_reads_one_index_in_its_order_and_no_more_than_it_holds(string? schedule, string? user, string? queue, int states)
    {
        RunState[] asked = [RunState.Succeeded, RunState.Failed, RunState.Missed];
        var query = new RunQuery { Schedule = schedule, User = user, Queue = queue, States = asked[..states], Limit = 1 };
        var first = await ListAsync(query);
        var next = await ListAsync(query with { After = first.Page.Next, From = Noon.AddDays(-1), To = Noon.AddDays(1) });

        foreach (var find in first.Finds.Concat(next.Finds))
        {
            var index = InFrontOfTime[find["hint"].AsString];
            var filter = find["filter"].AsBsonDocument;
            Assert.Equal(index.Order(), filter.Names.Except(["scheduledFor", "$or"]).Order());
            Assert.InRange(index.Select(field => filter[field]).Aggregate(1, (ranges, value) => ranges * Values(value)), 1, MostRanges);
            Assert.Equal(new BsonDocument { { "scheduledFor", -1 }, { "_id", -1 } }, find["sort"]);
            Assert.Equal(2, find["limit"]);
            Assert.False(find["projection"].AsBsonDocument.Contains("output"));
        }
        Assert.Single(first.Page.Items);
        Assert.NotEqual(Assert.Single(next.Page.Items), first.Page.Items[0]);
    }

    [StoreFact]
    public async Task A_users_many_queues_are_read_in_few_commands_that_each_may_be_merged()
    {
        var (page, finds) = await ListAsync(new RunQuery { User = "rob", Limit = 100 });

        Assert.Equal(90, page.Items.Count);
        Assert.Equal(3, finds.Count);
        Assert.All(finds, find => Assert.Equal("user", find["hint"]));
    }

    [StoreFact]
    public async Task Every_index_a_list_names_is_there_with_these_fields_in_front_of_the_time()
    {
        using var client = new MongoClient(_url.ToMongoUrl());
        var indexes = await (await client.GetDatabase(_url.DatabaseName).GetCollection<BsonDocument>("actorcron_runs").Indexes.ListAsync()).ToListAsync();

        foreach (var (name, fields) in InFrontOfTime)
            Assert.Equal([.. fields, "scheduledFor", "_id"], Assert.Single(indexes, index => index["name"] == name)["key"].AsBsonDocument.Names);
    }

    private async Task<(RunPage Page, IReadOnlyList<BsonDocument> Finds)> ListAsync(RunQuery query)
    {
        _sent.Clear();
        var page = await _history.ListAsync(query, CancellationToken.None);
        var finds = _sent.Where(sent => sent.TryGetValue("find", out var collection) && collection == "actorcron_runs").ToList();
        Assert.NotEmpty(finds);
        return (page, finds);
    }

    /// <summary>How many values a filter allows a field: one, or what stands in its $in; anything else is a range and fails.</summary>
    private static int Values(BsonValue value) => value.IsBsonDocument ? value.AsBsonDocument["$in"].AsBsonArray.Count : 1;
}
