using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace ActorCron.Benchmarks;

/// <summary>Takes the secondary indexes of a run history away while it is filled with millions of runs, and makes them again, as they
/// were, from what the database itself says they are.</summary>
internal sealed class HistoryIndexes
{
    private readonly Func<DbConnection> _connect;
    private readonly string _find;
    private readonly List<string> _definitions = [];

    private HistoryIndexes(Func<DbConnection> connect, string find) => (_connect, _find) = (connect, find);

    /// <summary>Null for a kind of store whose indexes stay.</summary>
    public static HistoryIndexes? Of(string kind, string target) => kind switch
    {
        "sqlite" => new(() => new SqliteConnection($"Data Source={target};Pooling=False"), "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'runs' AND sql IS NOT NULL"),
        "postgresql" => new(() => new NpgsqlConnection(target), "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'actorcron_runs' AND indexname NOT LIKE '%_pkey'"),
        _ => null,
    };

    public async Task DropAsync()
    {
        await using var connection = _connect();
        await connection.OpenAsync();
        var names = new List<string>();
        await using (var find = Command(connection, _find))
        await using (var reader = await find.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                names.Add(reader.GetString(0));
                _definitions.Add(reader.GetString(1));
            }
        }
        foreach (var name in names)
        {
            await using var drop = Command(connection, $"DROP INDEX {name}");
            await drop.ExecuteNonQueryAsync();
        }
    }

    public async Task CreateAsync()
    {
        await using var connection = _connect();
        await connection.OpenAsync();
        foreach (var definition in _definitions)
        {
            await using var create = Command(connection, definition);
            await create.ExecuteNonQueryAsync();
        }
    }

    private static DbCommand Command(DbConnection connection, string sql)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The database's own words.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.CommandTimeout = 0; // An index over ten million rows takes its time.
        return command;
    }
}
