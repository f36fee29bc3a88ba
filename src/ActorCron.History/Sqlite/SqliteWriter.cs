using ActorCron.Core.Runs;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ActorCron.History;

/// <summary>Upserts rows over the one writing connection. Not safe to use from two threads at once.</summary>
internal sealed class SqliteWriter : IDisposable
{
    // A run's spec is pinned when it is made, so that only its progress changes.
    private const string UpsertSql =
        """
        INSERT INTO runs (seq, run_key, schedule, lane, queue, state, scheduled_for, ended, revision, has_output, body)
        VALUES ($seq, $key, $schedule, $lane, $queue, $state, $scheduledFor, $ended, $revision, $hasOutput, $body)
        ON CONFLICT (run_key) DO UPDATE SET state = excluded.state, ended = excluded.ended, revision = excluded.revision,
            has_output = excluded.has_output, body = excluded.body
        WHERE runs.revision < excluded.revision
        """;

    private const string OutputSql =
        """
        INSERT INTO run_outputs (seq, output) SELECT seq, $output FROM runs WHERE run_key = $key AND revision = $revision
        ON CONFLICT (seq) DO UPDATE SET output = excluded.output
        """;

    // No trigger does this: a trigger would make SQLite keep a copy of every page that a statement changes.
    private const string SeriesSql =
        "INSERT INTO series VALUES ($schedule, $lane, $runs) ON CONFLICT (schedule, lane) DO UPDATE SET runs = runs + excluded.runs";

    private const string LaneSql =
        """
        INSERT INTO lanes (usr, queue) VALUES ($user, $queue) ON CONFLICT DO NOTHING;
        SELECT id FROM lanes WHERE usr = $user AND queue = $queue
        """;

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _upsert;
    private readonly SqliteCommand _output;
    private readonly SqliteCommand _series;
    private readonly LaneIds _lanes = new();

    // The last row number handed out. Every row gets a fresh one, used or not: SQLite's last inserted row number then tells inserts from updates.
    private long _seq;

    public SqliteWriter(SqliteConnection connection)
    {
        _connection = connection;
        _upsert = Command(UpsertSql, "$seq", "$key", "$schedule", "$lane", "$queue", "$state", "$scheduledFor", "$ended", "$revision", "$hasOutput", "$body");
        _output = Command(OutputSql, "$key", "$revision", "$output");
        _series = Command(SeriesSql, "$schedule", "$lane", "$runs");
    }

    /// <summary>One transaction: all rows or none.</summary>
    public void Upsert(IReadOnlyList<RunRow> rows, CancellationToken cancellationToken)
    {
        using var transaction = Begin();
        var (lanes, series) = (new Dictionary<Lane, int>(), new Dictionary<(string Schedule, int Lane), int>());
        foreach (var row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var lane = LaneId(row.Lane, lanes, transaction);
            _seq++;
            Execute(_upsert, _seq, row.Key, row.Schedule, lane, row.Lane.Queue, (int)row.State, row.ScheduledFor, row.Ended, row.Revision, row.Output is not null, row.Body);
            var isNew = raw.sqlite3_last_insert_rowid(_connection.Handle) == _seq;
            if (isNew && row.Schedule is not null) series[(row.Schedule, lane)] = series.GetValueOrDefault((row.Schedule, lane)) + 1;
            if (row.Output is not null) Execute(_output, row.Key, row.Revision, row.Output);
        }
        foreach (var ((schedule, lane), runs) in series) Execute(_series, schedule, lane, runs);
        transaction.Commit();
        _lanes.Add(lanes);
    }

    /// <summary>One transaction: deletes those rows that ended before the time (UTC ticks), with their outputs, and answers how many.</summary>
    public int Delete(IReadOnlyList<long> rows, long endedBefore)
    {
        using var transaction = Begin();
        using var delete = Command("DELETE FROM runs WHERE seq = $seq AND ended < $before RETURNING schedule, lane", "$seq", "$before");
        using var output = Command("DELETE FROM run_outputs WHERE seq = $seq", "$seq");
        using var empty = Command("DELETE FROM series WHERE schedule = $schedule AND lane = $lane AND runs <= 0", "$schedule", "$lane");
        (delete.Transaction, output.Transaction, empty.Transaction) = (transaction, transaction, transaction);
        var (deleted, series) = (0, new Dictionary<(string Schedule, int Lane), int>());
        foreach (var row in rows)
        {
            Bind(delete, row, endedBefore);
            using (var reader = delete.ExecuteReader())
            {
                if (!reader.Read()) continue;
                deleted++;
                if (!reader.IsDBNull(0)) series[(reader.GetString(0), reader.GetInt32(1))] = series.GetValueOrDefault((reader.GetString(0), reader.GetInt32(1))) - 1;
            }
            Execute(output, row);
        }
        foreach (var ((schedule, lane), runs) in series)
        {
            Execute(_series, schedule, lane, runs);
            Execute(empty, schedule, lane);
        }
        transaction.Commit();
        return deleted;
    }

    /// <summary>Widens the pruned spans of schedules, in one transaction.</summary>
    public void Note(IReadOnlyDictionary<string, PrunedSpan> spans)
    {
        using var transaction = Begin();
        using var note = Command(
            "INSERT INTO pruned VALUES ($schedule, $first, $last) ON CONFLICT (schedule) DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last)",
            "$schedule", "$first", "$last");
        note.Transaction = transaction;
        foreach (var (schedule, span) in spans) Execute(note, schedule, span.First.UtcTicks, span.Last.UtcTicks);
        transaction.Commit();
    }

    public void Dispose()
    {
        _upsert.Dispose();
        _output.Dispose();
        _series.Dispose();
        _connection.Dispose();
    }

    private SqliteTransaction Begin()
    {
        var transaction = _connection.BeginTransaction(deferred: false);
        (_upsert.Transaction, _output.Transaction, _series.Transaction) = (transaction, transaction, transaction);
        using var newest = Command("SELECT ifnull(max(seq), 0) FROM runs");
        newest.Transaction = transaction;
        _seq = Math.Max(_seq, (long)newest.ExecuteScalar()!); // Another process may have written meanwhile.
        return transaction;
    }

    private int LaneId(Lane lane, Dictionary<Lane, int> added, SqliteTransaction transaction)
    {
        if (_lanes.TryGet(lane, out var id) || added.TryGetValue(lane, out id)) return id;
        using var command = Command(LaneSql, "$user", "$queue");
        command.Transaction = transaction;
        Bind(command, lane.User, lane.Queue);
        return added[lane] = Convert.ToInt32(command.ExecuteScalar(), null);
    }

    private SqliteCommand Command(string sql, params string[] parameters)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Only this file's own constants come here.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var parameter in parameters) command.Parameters.Add(new SqliteParameter { ParameterName = parameter });
        return command;
    }

    private static void Execute(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        Bind(command, values);
        command.ExecuteNonQuery();
    }

    private static void Bind(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
    }
}
