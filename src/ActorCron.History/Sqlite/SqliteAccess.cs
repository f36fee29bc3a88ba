using Microsoft.Data.Sqlite;

namespace ActorCron.History;

/// <summary>Lets one writer and a few readers at the file at a time. SQLite has no asynchronous I/O: what waits for its disk
/// stands on at most <see cref="Readers"/> + 1 pool threads, never on a caller's.</summary>
internal sealed class SqliteAccess : IAsyncDisposable
{
    public const int Readers = 4;

    private readonly string _connectionString;
    private readonly SemaphoreSlim _write = new(1);
    private readonly SemaphoreSlim _read = new(Readers);
    private SqliteWriter? _writer;

    /// <param name="path">The file; its folder must exist.</param>
    public SqliteAccess(string path) => _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        DefaultTimeout = 10, // Seconds that a statement waits for another process's lock.
        Pooling = true,
    }.ToString();

    public async Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken)
    {
        await _read.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() =>
            {
                using var connection = Open();
                return read(connection);
            }, cancellationToken);
        }
        finally
        {
            _read.Release();
        }
    }

    public async Task<T> WriteAsync<T>(Func<SqliteWriter, T> write, CancellationToken cancellationToken)
    {
        await _write.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => write(_writer ??= OpenWriter()), cancellationToken);
        }
        finally
        {
            _write.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _write.WaitAsync();
        try
        {
            _writer?.Dispose();
            _writer = null;
            using var connection = new SqliteConnection(_connectionString);
            SqliteConnection.ClearPool(connection);
        }
        finally
        {
            _write.Release();
        }
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        return connection;
    }

    private SqliteWriter OpenWriter()
    {
        var connection = Open();
        try
        {
            SqliteSchema.Create(connection);
            // Whoever is told that a record is written forgets it: it must outlast a power cut too, so that every commit waits for the disk.
            SqliteSchema.Execute(connection, "PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = -65536;");
            return new SqliteWriter(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
