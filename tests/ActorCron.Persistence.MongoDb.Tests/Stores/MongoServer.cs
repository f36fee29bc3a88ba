using MongoDB.Bson;
using MongoDB.Driver;
using Testcontainers.MongoDb;

namespace ActorCron.Persistence.MongoDb.Tests.Stores;

/// <summary>The MongoDB server of this test run: the one that <c>ACTORCRON_TEST_MONGODB</c> names, else one in Docker.</summary>
public static class MongoServer
{
    private const string Variable = "ACTORCRON_TEST_MONGODB";

    private static readonly Lazy<Task<string>> Server = new(StartAsync);
    private static readonly Lazy<bool> Transactions = new(FindTransactions);

    /// <summary>Why no server is to be had, or null. One that is named but not there is no reason: its tests fail.</summary>
    public static string? WhyNot =>
        Named is not null || File.Exists("/var/run/docker.sock") || Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 }
            ? null
            : $"No MongoDB server: {Variable} names none, and there is no Docker to start one in.";

    /// <summary>Why transactions cannot be tested, or null.</summary>
    public static string? WhyNoTransactions =>
        WhyNot ?? (Transactions.Value ? null : "The MongoDB server is a standalone one, which has no transactions.");

    /// <summary>The server's URL with the database put in.</summary>
    public static async Task<string> UrlAsync(string database)
    {
        var url = new MongoUrlBuilder(await Server.Value) { DatabaseName = database };
        // A user of the test server stands in admin, not in the test's own database.
        if (url.Username is not null && string.IsNullOrEmpty(url.AuthenticationSource))
            url.AuthenticationSource = "admin";
        return url.ToString();
    }

    private static string? Named => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } url ? url : null;

    private static bool FindTransactions()
    {
        if (Named is null)
            return true; // The container is a replica set.
        try
        {
            var hello = Hello(Named);
            return hello.Contains("setName") || hello.GetValue("msg", "").AsString == "isdbgrid";
        }
        catch (Exception e) when (e is MongoException or TimeoutException)
        {
            return false;
        }
    }

    private static BsonDocument Hello(string url)
    {
        var settings = MongoClientSettings.FromConnectionString(url);
        settings.ServerSelectionTimeout = TimeSpan.FromSeconds(3);
        using var client = new MongoClient(settings);
        return client.GetDatabase("admin").RunCommand<BsonDocument>(new BsonDocument("isMaster", 1));
    }

    private static async Task<string> StartAsync()
    {
        if (Named is { } url)
            return url;
        var container = new MongoDbBuilder("mongo:7.0").WithReplicaSet().Build();
        await container.StartAsync();
        return container.GetConnectionString();
    }
}
