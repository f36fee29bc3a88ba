using Akka.Actor;
using Akka.Configuration;
using MongoDB.Driver;

namespace ActorCron.Persistence.MongoDb.Tests;

public class MongoSettingsTests
{
    [Fact]
    public void The_journals_defaults_are_those_of_the_reference()
    {
        var settings = MongoJournalSettings.Create(ConfigurationFactory.Empty);

        Assert.Equal(("EventJournal", "Metadata", "Ordering", true, false),
            (settings.Collection, settings.MetadataCollection, settings.OrderingCollection, settings.AutoInitialize, settings.UseWriteTransaction));
        Assert.Equal((TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(40), 1000, 4, 1000),
            (settings.CallTimeout, settings.AbandonedWriteTimeout, settings.ReadBatchSize, settings.WriteParallelism, settings.WriteBatchSize));
    }

    [Fact]
    public void The_snapshot_stores_defaults_are_those_of_the_reference()
    {
        var settings = MongoSnapshotSettings.Create(ConfigurationFactory.Empty);

        Assert.Equal(("SnapshotStore", "SnapshotStoreChunks", true, TimeSpan.FromSeconds(20)),
            (settings.Collection, settings.ChunkCollection, settings.AutoInitialize, settings.CallTimeout));
    }

    [Theory]
    [InlineData("call-timeout = 0s", "call-timeout must be a duration above zero")]
    [InlineData("collection = \"\"", "collection is empty")]
    [InlineData("write-parallelism = 0", "write-parallelism must be a number of at least 1, but is 0")]
    [InlineData("abandoned-write-timeout = 30s", "abandoned-write-timeout (30 s) must be at least twice the call-timeout (20 s)")]
    [InlineData("legacy-serialization = on", "legacy-serialization = on is not supported")]
    public void A_wrong_setting_is_refused_by_name(string line, string expected)
    {
        var refused = Assert.Throws<ConfigurationException>(() => MongoJournalSettings.Create(line));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_section_of_its_own_takes_what_it_lacks_from_the_reference()
    {
        var settings = MongoJournalSettings.Create("collection = Sharding");
        Assert.Equal(("Sharding", "Metadata"), (settings.Collection, settings.MetadataCollection));
    }

    [Theory]
    [InlineData("", "connection-string is empty")]
    [InlineData("mongodb://rob:s3cret@localhost", "connection-string names no database")]
    [InlineData("mongodb://rob:s3cret@localhost:notaport/db", "connection-string is not a valid MongoDB URL")]
    [InlineData("mongo://rob:s3cret@localhost/db", "connection-string is not a valid MongoDB URL")]
    [InlineData("mongodb://rob:s3@cret@localhost/db", "connection-string is not a valid MongoDB URL")]
    [InlineData("mongodb://rob:s3cret@localhost/db?w=0", "w=0 is refused")]
    public async Task A_wrong_connection_string_is_refused_without_its_password(string url, string expected)
    {
        using var system = ActorSystem.Create("settings");

        var refused = Assert.Throws<ConfigurationException>(() => Open(system, url));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("cret", refused.ToString(), StringComparison.Ordinal);
        await system.Terminate();
    }

    [Theory]
    [InlineData("mongodb://localhost/db", "{ w : \"majority\" }", "majority")]
    [InlineData("mongodb://localhost/db?journal=true", "{ w : \"majority\", journal : true }", "majority")]
    [InlineData("mongodb://localhost/db?w=1&readConcernLevel=local", "{ w : 1 }", "local")]
    [InlineData("mongodb://localhost/db?w=2&readPreference=secondary", "{ w : 2 }", "majority")]
    public async Task Concerns_are_majority_unless_the_connection_string_says_otherwise(string url, string write, string read)
    {
        using var system = ActorSystem.Create("settings");

        var database = Open(system, url).Database;

        Assert.Equal((write, read), (database.Settings.WriteConcern.ToString(), database.Settings.ReadConcern.Level.ToString()!.ToLowerInvariant()));
        Assert.Equal(ReadPreference.Primary, database.Settings.ReadPreference);
        await system.Terminate();
    }

    [Fact]
    public async Task What_is_logged_of_a_connection_names_servers_and_database_alone()
    {
        using var system = ActorSystem.Create("settings");

        var connection = Open(system, "mongodb://rob:s3cret@one:27017,two:27018/cron?replicaSet=rs");

        Assert.Equal("one:27017,two:27018/cron", connection.Where);
        Assert.DoesNotContain("s3cret", MongoJournalSettings.Create("connection-string = \"mongodb://rob:s3cret@one/cron\"").ToString(), StringComparison.Ordinal);
        await system.Terminate();
    }

    private static MongoConnection Open(ActorSystem system, string url) =>
        MongoConnection.ForJournal(system, MongoJournalSettings.Create($"connection-string = \"{url}\""));
}
