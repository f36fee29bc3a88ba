using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace ActorCron.History;

/// <summary>Writes a batch in one statement and one round trip: arrays in, one row a run.</summary>
internal sealed class PostgreSqlUpsert(NpgsqlDataSource source)
{
    // A run's spec is pinned when it is made, so that only its progress changes. xmax is 0 in rows that are new.
    private const string Sql =
        """
        WITH input AS (
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                AS i (run_key, schedule, lane, queue, state, scheduled_for, ended, revision, body, output)),
        written AS (
            INSERT INTO actorcron_runs (run_key, schedule, lane, queue, state, scheduled_for, ended, revision, body, has_output)
            SELECT run_key, schedule, lane, queue, state, scheduled_for, ended, revision, body, output IS NOT NULL FROM input
            ON CONFLICT (run_key) DO UPDATE SET state = excluded.state, ended = excluded.ended, revision = excluded.revision,
                body = excluded.body, has_output = excluded.has_output
            WHERE actorcron_runs.revision < excluded.revision
            RETURNING seq, run_key, schedule, lane, xmax = 0 AS is_new),
        counted AS (
            INSERT INTO actorcron_series (schedule, lane, runs)
            SELECT schedule, lane, count(*) FROM written WHERE is_new AND schedule IS NOT NULL GROUP BY schedule, lane ORDER BY schedule, lane
            ON CONFLICT (schedule, lane) DO UPDATE SET runs = actorcron_series.runs + excluded.runs)
        INSERT INTO actorcron_run_outputs (seq, output)
        SELECT written.seq, input.output FROM written JOIN input USING (run_key) WHERE input.output IS NOT NULL
        ON CONFLICT (seq) DO UPDATE SET output = excluded.output
        """;

    private const string LanesSql =
        """
        INSERT INTO actorcron_lanes (usr, queue) SELECT * FROM unnest($1, $2) AS i (usr, queue) ORDER BY usr, queue ON CONFLICT DO NOTHING
        """;

    private const string LaneIdsSql =
        """
        SELECT id, usr, queue FROM actorcron_lanes JOIN unnest($1, $2) AS i (usr, queue) USING (usr, queue)
        """;

    private readonly LaneIds _lanes = new();

    /// <summary>Forgets the lanes' numbers, for a database that may be a new one.</summary>
    public void Reset() => _lanes.Clear();

    /// <summary>All rows or none.</summary>
    public async Task WriteAsync(IReadOnlyList<RunRow> rows, CancellationToken cancellationToken)
    {
        var lanes = await LaneIdsAsync(rows, cancellationToken);

        await using var command = source.CreateCommand(Sql);
        Add(command, NpgsqlDbType.Text, rows.Select(row => row.Key));
        Add(command, NpgsqlDbType.Text, rows.Select(row => row.Schedule));
        Add(command, NpgsqlDbType.Integer, rows.Select(row => lanes[row.Lane]));
        Add(command, NpgsqlDbType.Text, rows.Select(row => row.Lane.Queue));
        Add(command, NpgsqlDbType.Smallint, rows.Select(row => (short)row.State));
        Add(command, NpgsqlDbType.Bigint, rows.Select(row => row.ScheduledFor));
        Add(command, NpgsqlDbType.Bigint, rows.Select(row => row.Ended));
        Add(command, NpgsqlDbType.Bigint, rows.Select(row => row.Revision));
        Add(command, NpgsqlDbType.Text, rows.Select(row => row.Body));
        Add(command, NpgsqlDbType.Bytea, rows.Select(row => row.Output is null ? null : Encoding.UTF8.GetBytes(row.Output)));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<Dictionary<Lane, int>> LaneIdsAsync(IReadOnlyList<RunRow> rows, CancellationToken cancellationToken)
    {
        var ids = new Dictionary<Lane, int>();
        var unknown = new HashSet<Lane>();
        foreach (var lane in rows.Select(row => row.Lane).Distinct())
            if (_lanes.TryGet(lane, out var id)) ids[lane] = id;
            else unknown.Add(lane);
        if (unknown.Count == 0) return ids;

        await using var batch = source.CreateBatch();
        foreach (var sql in new[] { LanesSql, LaneIdsSql })
        {
            var command = batch.CreateBatchCommand();
#pragma warning disable CA2100 // Only the constants above come here.
            command.CommandText = sql;
#pragma warning restore CA2100
            command.Parameters.Add(new() { Value = unknown.Select(lane => lane.User).ToArray() });
            command.Parameters.Add(new() { Value = unknown.Select(lane => lane.Queue).ToArray() });
            batch.BatchCommands.Add(command);
        }
        var found = new List<KeyValuePair<Lane, int>>();
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
            while (await reader.ReadAsync(cancellationToken))
                found.Add(new(new Lane(reader.GetString(1), reader.GetString(2)), reader.GetInt32(0)));
        _lanes.Add(found);
        foreach (var (lane, id) in found) ids[lane] = id;
        return ids;
    }

    private static void Add<T>(NpgsqlCommand command, NpgsqlDbType type, IEnumerable<T> values) =>
        command.Parameters.Add(new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type });
}
