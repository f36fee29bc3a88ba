using Microsoft.Data.Sqlite;

namespace ActorCron.Persistence.MongoDb.Tests.Stores;

/// <summary>A SQLite file in the temp folder.</summary>
public sealed class SqliteStore : SqlStore, IStoreKind
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"actorcron-{Guid.NewGuid():N}.db");

    public static string? WhyNot => null;

    protected override string ConnectionString => $"Data Source={_file}";

    protected override string Provider => "SQLite.MS";

    public Task CreateAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync()
    {
        SqliteConnection.ClearPool(new SqliteConnection(ConnectionString));
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(_file)!, Path.GetFileName(_file) + "*"))
            File.Delete(file);
        return ValueTask.CompletedTask;
    }
}
