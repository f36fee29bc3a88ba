using ActorCron.Core.Runs;
using Microsoft.Data.Sqlite;

namespace ActorCron.History;

/// <summary>The run history of a node with an embedded store: one SQLite file. Errors are <see cref="SqliteException"/>s.</summary>
/// <param name="path">The file, usually <c>runs.db</c> in the data folder, which must exist.</param>
public sealed class SqliteRunHistory(string path) : IRunHistory, IAsyncDisposable
{
    private readonly SqliteAccess _access = new(path);

    public Task InitializeAsync(CancellationToken cancellationToken) => _access.WriteAsync(_ => true, cancellationToken);

    public Task UpsertAsync(IReadOnlyCollection<Run> runs, CancellationToken cancellationToken)
    {
        if (runs.Count == 0) return Task.CompletedTask;
        var rows = RunRow.Newest(runs);
        return _access.WriteAsync(writer =>
        {
            writer.Upsert(rows, cancellationToken);
            return true;
        }, cancellationToken);
    }

    public Task<Run?> GetAsync(string runId, CancellationToken cancellationToken) => _access.ReadAsync(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT body, CASE WHEN has_output THEN (SELECT output FROM run_outputs o WHERE o.seq = runs.seq) END FROM runs WHERE run_key = $key";
        command.Parameters.AddWithValue("$key", StoredText.Key(runId));
        using var reader = command.ExecuteReader();
        return reader.Read() ? RunJson.Read(reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1)) : null;
    }, cancellationToken);

    public Task<IReadOnlySet<string>> ExistingAsync(IReadOnlyCollection<string> runIds, CancellationToken cancellationToken) =>
        _access.ReadAsync<IReadOnlySet<string>>(connection =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT 1 FROM runs WHERE run_key = $key";
            var key = command.Parameters.Add("$key", SqliteType.Text);
            var existing = new HashSet<string>(StringComparer.Ordinal);
            foreach (var runId in runIds)
            {
                cancellationToken.ThrowIfCancellationRequested();
                key.Value = StoredText.Key(runId);
                if (command.ExecuteScalar() is not null) existing.Add(runId);
            }
            return existing;
        }, cancellationToken);

    public Task<IReadOnlyDictionary<string, PrunedSpan>> PrunedSpansAsync(IReadOnlyCollection<string> schedules, CancellationToken cancellationToken) =>
        _access.ReadAsync<IReadOnlyDictionary<string, PrunedSpan>>(connection =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT first, last FROM pruned WHERE schedule = $schedule";
            var name = command.Parameters.Add("$schedule", SqliteType.Text);
            var spans = new Dictionary<string, PrunedSpan>(StringComparer.Ordinal);
            foreach (var schedule in schedules)
            {
                cancellationToken.ThrowIfCancellationRequested();
                name.Value = StoredText.Name(schedule);
                using var reader = command.ExecuteReader();
                if (reader.Read()) spans[schedule] = StoredText.Span(reader.GetInt64(0), reader.GetInt64(1));
            }
            return spans;
        }, cancellationToken);

    public Task<RunPage> ListAsync(RunQuery query, CancellationToken cancellationToken) =>
        _access.ReadAsync(connection => SqliteRunPages.Read(connection, StoredText.Of(query), cancellationToken), cancellationToken);

    public Task<int> PruneAsync(DateTimeOffset finishedBefore, int perSchedule, DateTimeOffset keepAfter, CancellationToken cancellationToken) =>
        RunPruning.PruneAsync(new SqlitePruning(_access), finishedBefore, perSchedule, keepAfter, cancellationToken);

    public Task PingAsync(CancellationToken cancellationToken) => _access.ReadAsync(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM (SELECT 1 FROM runs LIMIT 1)";
        return command.ExecuteScalar();
    }, cancellationToken);

    /// <summary>Closes the file.</summary>
    public ValueTask DisposeAsync() => _access.DisposeAsync();
}
