using System.Reflection;
using MongoDB.Driver;
using Xunit.Sdk;

namespace ActorCron.Cluster.Tests;

/// <summary>The stores that a cluster can be tested on, by their names in <c>actorcron.store.kind</c>.</summary>
public static class Stores
{
    public const string PostgreSql = "postgresql";
    public const string MongoDb = "mongodb";

    private const string ServerVariable = "ACTORCRON_TEST_MONGODB";

    /// <summary>The store of tests that name none: PostgreSQL, or what <c>ACTORCRON_TEST_STORE</c> says, so that all of them can run on MongoDB.</summary>
    public static string Usual => Environment.GetEnvironmentVariable("ACTORCRON_TEST_STORE") is { Length: > 0 } named ? named : PostgreSql;

    /// <summary>Why there is no MongoDB to test on, or null.</summary>
    public static string? WhyNoMongoDb => MongoServer is null ? $"No MongoDB server: set {ServerVariable} to a connection string." : null;

    private static string? MongoServer => Environment.GetEnvironmentVariable(ServerVariable) is { Length: > 0 } given ? given : null;

    /// <summary>The connection string of a new, empty database.</summary>
    /// <param name="kind">The store's kind.</param>
    /// <param name="servers">Where PostgreSQL runs.</param>
    /// <param name="name">The database.</param>
    /// <param name="through">A host and port to go through instead of MongoDB's own, or null.</param>
    public static async Task<string> CreateDatabaseAsync(string kind, Servers servers, string name, MongoServerAddress? through = null)
    {
        if (kind == PostgreSql) return await servers.PostgreSql.CreateDatabaseAsync(name);
        if (kind != MongoDb) throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such store.");
        var url = new MongoUrlBuilder(MongoServer ?? throw new InvalidOperationException(WhyNoMongoDb)) { DatabaseName = name };
        if (url.Username is not null && string.IsNullOrEmpty(url.AuthenticationSource)) url.AuthenticationSource = "admin";
        if (through is not null) (url.Server, url.DirectConnection) = (through, true);
        return url.ToString();
    }

    /// <summary>A server of the tests is left as it was found; PostgreSQL's goes as a whole.</summary>
    public static async Task DropDatabaseAsync(string kind, string connectionString)
    {
        if (kind != MongoDb) return;
        using var client = new MongoClient(connectionString);
        await client.DropDatabaseAsync(new MongoUrl(connectionString).DatabaseName);
    }

    /// <summary>Host and port of the MongoDB server.</summary>
    public static MongoServerAddress MongoAddress => new MongoUrl(MongoServer ?? throw new InvalidOperationException(WhyNoMongoDb)).Server;
}

/// <summary>Runs a theory on PostgreSQL.</summary>
public sealed class OnPostgreSqlAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[Stores.PostgreSql]];
}

/// <summary>Runs a theory on MongoDB, or reports it as skipped where there is none.</summary>
public sealed class OnMongoDbAttribute : DataAttribute
{
    public OnMongoDbAttribute() => Skip = Stores.WhyNoMongoDb;

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[Stores.MongoDb]];
}
