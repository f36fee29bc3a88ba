using MongoDB.Driver;
using Npgsql;

namespace ActorCron.Hosting.Configuration;

/// <summary>Reads <c>actorcron.store</c>. No message repeats the connection string.</summary>
internal static class StoreSettingsReader
{
    private const string Key = "actorcron.store.connection-string";

    public static StoreSettings Read(StrictConfig config, string dataDir)
    {
        var kind = config.OneOf<StoreKind>("actorcron.store.kind");
        var text = config.Text(Key);
        return new StoreSettings(kind, kind switch
        {
            StoreKind.Sqlite => ReadSqlite(config, text, dataDir),
            StoreKind.MongoDb => ReadMongo(config, text),
            _ => ReadPostgres(config, text),
        });
    }

    private static string ReadSqlite(StrictConfig config, string text, string dataDir)
    {
        if (text.Length > 0) config.Add(Key, "must be empty for sqlite, which keeps its file under actorcron.node.data-dir");
        return new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder { DataSource = Path.Combine(dataDir, "actorcron.db") }.ToString();
    }

    private static string ReadMongo(StrictConfig config, string text)
    {
        try
        {
            if (MongoUrl.Create(text).DatabaseName is null) config.Add(Key, "must name the database: mongodb://host:27017/actorcron");
        }
        catch (Exception e) when (e is MongoConfigurationException or ArgumentException or FormatException)
        {
            config.Add(Key, "must be a MongoDB connection string: mongodb://host:27017/actorcron");
        }
        return text;
    }

    private static string ReadPostgres(StrictConfig config, string text)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(PostgresUri.ToKeyValues(text));
            if (string.IsNullOrEmpty(builder.Host) || string.IsNullOrEmpty(builder.Database))
                config.Add(Key, "must name host and database: Host=localhost;Database=actorcron;Username=actorcron;Password=…");
            return builder.ConnectionString;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            config.Add(Key, "must be a PostgreSQL connection string: Host=localhost;Database=actorcron;Username=actorcron;Password=…");
            return text;
        }
    }
}
