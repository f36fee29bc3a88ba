using ActorCron.Core.Runs;
using ActorCron.History;
using ActorCron.Hosting.Configuration;
using ActorCron.Persistence.MongoDb;
using Akka.Configuration;
using Akka.Persistence.Sql;
using Microsoft.Data.Sqlite;

namespace ActorCron.Hosting.Running;

/// <summary>What each store kind needs: the journal and snapshot plugins, and the run history beside them.</summary>
internal static class StoreWiring
{
    /// <summary>The plugins' configuration, above their own defaults. Holds the connection string.</summary>
    public static Config PluginConfig(StoreSettings store) => store.Kind switch
    {
        StoreKind.Sqlite => Sql("SQLite.MS", store.ConnectionString),
        StoreKind.PostgreSql => Sql("PostgreSQL.15", store.ConnectionString),
        StoreKind.MongoDb => Mongo(store.ConnectionString),
        var unknown => throw new ArgumentOutOfRangeException(nameof(store), unknown, "Unknown store kind."),
    };

    public static IRunHistory History(StoreSettings store, string dataDir) => store.Kind switch
    {
        // A file of its own: the history's writes must not wait for the journal's, nor these for those.
        StoreKind.Sqlite => new SqliteRunHistory(Path.Combine(dataDir, "runs.db")),
        StoreKind.PostgreSql => new PostgreSqlRunHistory(store.ConnectionString),
        StoreKind.MongoDb => new MongoRunHistory(store.ConnectionString),
        var unknown => throw new ArgumentOutOfRangeException(nameof(store), unknown, "Unknown store kind."),
    };

    /// <summary>What must be set once in the store itself.</summary>
    /// <exception cref="SqliteException">The file cannot be opened or written.</exception>
    public static async Task PrepareAsync(StoreSettings store, CancellationToken cancellationToken)
    {
        if (store.Kind != StoreKind.Sqlite) return;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(new SqliteConnectionStringBuilder(store.ConnectionString).DataSource))!);
        // Write-ahead logging stays with the file: readers and the one writer do not wait for each other.
        await using var connection = new SqliteConnection(store.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL";
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static Config Sql(string provider, string connectionString)
    {
        var quoted = Quote(connectionString);
        return ConfigurationFactory.ParseString($$"""
            akka.persistence {
              journal {
                plugin = "akka.persistence.journal.sql"
                sql {
                  connection-string = {{quoted}}
                  provider-name = "{{provider}}"
                  auto-initialize = true
                }
              }
              snapshot-store {
                plugin = "akka.persistence.snapshot-store.sql"
                sql {
                  connection-string = {{quoted}}
                  provider-name = "{{provider}}"
                  auto-initialize = true
                }
              }
            }
            """).WithFallback(SqlPersistence.DefaultConfiguration);
    }

    private static Config Mongo(string connectionString) => ConfigurationFactory.ParseString($$"""
        akka.persistence {
          journal {
            plugin = "akka.persistence.journal.mongodb"
            mongodb.connection-string = {{Quote(connectionString)}}
          }
          snapshot-store {
            plugin = "akka.persistence.snapshot-store.mongodb"
            mongodb.connection-string = {{Quote(connectionString)}}
          }
        }
        """).WithFallback(MongoDbPersistence.DefaultConfiguration());

    private static string Quote(string text) => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
}
