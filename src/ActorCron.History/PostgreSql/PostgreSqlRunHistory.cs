using System.Text;
using ActorCron.Core.Runs;
using Npgsql;

namespace ActorCron.History;

/// <summary>The run history in PostgreSQL, in tables named <c>actorcron_…</c> of the connection's schema. Errors are
/// <see cref="NpgsqlException"/>s; a command ends after 10 s unless the connection string says otherwise.</summary>
public sealed class PostgreSqlRunHistory : IRunHistory, IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly PostgreSqlUpsert _upsert;

    /// <param name="connectionString">Npgsql's: <c>Host=…;Username=…;Password=…;Database=…</c>.</param>
    /// <exception cref="ArgumentException">It is none; the message does not repeat it, since it may hold a password.</exception>
    public PostgreSqlRunHistory(string connectionString)
    {
        _source = NpgsqlDataSource.Create(Parse(connectionString));
        _upsert = new(_source);
    }

    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand(PostgreSqlSchema.Create);
        await command.ExecuteNonQueryAsync(cancellationToken);
        _upsert.Reset();
    }

    public Task UpsertAsync(IReadOnlyCollection<Run> runs, CancellationToken cancellationToken) =>
        runs.Count == 0 ? Task.CompletedTask : _upsert.WriteAsync(RunRow.Newest(runs), cancellationToken);

    public async Task<Run?> GetAsync(string runId, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand(
            "SELECT body, CASE WHEN has_output THEN (SELECT o.output FROM actorcron_run_outputs o WHERE o.seq = r.seq) END FROM actorcron_runs r WHERE run_key = $1");
        command.Parameters.Add(new() { Value = StoredText.Key(runId) });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? RunJson.Read(reader.GetString(0), Output(reader, 1)) : null;
    }

    public async Task<IReadOnlySet<string>> ExistingAsync(IReadOnlyCollection<string> runIds, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand("SELECT run_key FROM actorcron_runs WHERE run_key = ANY ($1)");
        command.Parameters.Add(new() { Value = runIds.Select(StoredText.Key).ToArray() });
        var found = new HashSet<string>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) found.Add(reader.GetString(0));
        return runIds.Where(id => found.Contains(StoredText.Key(id))).ToHashSet(StringComparer.Ordinal);
    }

    public async Task<IReadOnlyDictionary<string, PrunedSpan>> PrunedSpansAsync(IReadOnlyCollection<string> schedules, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand("SELECT schedule, first, last FROM actorcron_pruned WHERE schedule = ANY ($1)");
        command.Parameters.Add(new() { Value = schedules.Select(StoredText.Name).ToArray() });
        var found = new Dictionary<string, PrunedSpan>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) found[reader.GetString(0)] = StoredText.Span(reader.GetInt64(1), reader.GetInt64(2));
        return StoredText.ByName(schedules, found);
    }

    public Task<RunPage> ListAsync(RunQuery query, CancellationToken cancellationToken) => PostgreSqlRunPages.ReadAsync(_source, StoredText.Of(query), cancellationToken);

    public Task<int> PruneAsync(DateTimeOffset finishedBefore, int perSchedule, DateTimeOffset keepAfter, CancellationToken cancellationToken) =>
        RunPruning.PruneAsync(new PostgreSqlPruning(_source), finishedBefore, perSchedule, keepAfter, cancellationToken);

    public async Task PingAsync(CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand("SELECT 1 FROM actorcron_runs LIMIT 1");
        await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>Closes the connections.</summary>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    internal static string? Output(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(column));

    private static NpgsqlConnectionStringBuilder Parse(string connectionString)
    {
        try
        {
            var given = new NpgsqlConnectionStringBuilder(connectionString);
            if (!given.ContainsKey("Command Timeout")) given.CommandTimeout = 10;
            if (!given.ContainsKey("Timeout")) given.Timeout = 10;
            if (string.IsNullOrEmpty(given.ApplicationName)) given.ApplicationName = "actorcron";
            if (string.IsNullOrEmpty(given.Host)) throw new ArgumentException("Host is missing.");
            return given;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException)
        {
            // The inner exception may quote a password: it stays out.
            throw new ArgumentException("The PostgreSQL connection string is not valid: 'Host=…;Port=5432;Username=…;Password=…;Database=…' is right.", nameof(connectionString));
        }
    }
}
