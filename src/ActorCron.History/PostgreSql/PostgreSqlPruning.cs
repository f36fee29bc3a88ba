using ActorCron.Core.Runs;
using Npgsql;

namespace ActorCron.History;

/// <summary>Retention's questions to PostgreSQL.</summary>
internal sealed class PostgreSqlPruning(NpgsqlDataSource source) : IPrunableRuns<(string Key, long Seq)>
{
    private const string Fields = "run_key, seq, schedule, state, scheduled_for, ended";

    private const string NoteSql =
        """
        INSERT INTO actorcron_pruned (schedule, first, last) SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS span (schedule, first, last) ORDER BY 1
        ON CONFLICT (schedule) DO UPDATE SET first = least(actorcron_pruned.first, excluded.first), last = greatest(actorcron_pruned.last, excluded.last)
        """;

    private const string OverfullSql =
        """
        SELECT schedule, (sum(runs) - $1)::bigint FROM actorcron_series WHERE schedule > $2
        GROUP BY schedule HAVING sum(runs) > $1 ORDER BY schedule LIMIT $3
        """;

    private static readonly string OldestSql =
        $"""
        SELECT {Fields} FROM ({Oldest("$2", "ended IS NULL")} UNION ALL {Oldest("$3", "ended IS NOT NULL")}) old
        ORDER BY scheduled_for, seq LIMIT $6
        """;

    // Rows that a writer or another pruning node holds are left for the next time: nobody waits, so that nobody deadlocks.
    private const string DeleteSql =
        """
        WITH doomed AS (
            SELECT run_key FROM actorcron_runs WHERE run_key = ANY ($1) AND ended < $2 FOR UPDATE SKIP LOCKED),
        gone AS (
            DELETE FROM actorcron_runs USING doomed WHERE actorcron_runs.run_key = doomed.run_key RETURNING seq, schedule, lane),
        outputs AS (
            DELETE FROM actorcron_run_outputs USING gone WHERE actorcron_run_outputs.seq = gone.seq),
        counted AS (
            INSERT INTO actorcron_series (schedule, lane, runs)
            SELECT schedule, lane, -count(*) FROM gone WHERE schedule IS NOT NULL GROUP BY schedule, lane ORDER BY schedule, lane
            ON CONFLICT (schedule, lane) DO UPDATE SET runs = actorcron_series.runs + excluded.runs)
        SELECT count(*)::integer, array_agg(DISTINCT schedule) FILTER (WHERE schedule IS NOT NULL) FROM gone
        """;

    private const string EmptySql = "DELETE FROM actorcron_series WHERE schedule = ANY ($1) AND runs <= 0";

    public async Task<IReadOnlyList<PrunableRun<(string Key, long Seq)>>> EndedBeforeAsync(long ticks, int limit, CancellationToken cancellationToken) =>
        await RowsAsync($"SELECT {Fields} FROM actorcron_runs WHERE ended < $1 ORDER BY ended LIMIT $2", Run, cancellationToken, ticks, limit);

    public async Task<IReadOnlyList<(string Schedule, long Excess)>> OverfullAsync(long runs, string after, int limit, CancellationToken cancellationToken) =>
        await RowsAsync(OverfullSql, reader => (reader.GetString(0), reader.GetInt64(1)), cancellationToken, runs, after, limit);

    public async Task<IReadOnlyList<PrunableRun<(string Key, long Seq)>>> OldestAsync(
        string schedule, PrunableRun<(string Key, long Seq)>? after, int limit, CancellationToken cancellationToken) =>
        await RowsAsync(OldestSql, Run, cancellationToken, schedule, PostgreSqlRunPages.Numbers(RunRange.AllStates, ended: false), PostgreSqlRunPages.Numbers(RunRange.AllStates, ended: true),
            after?.ScheduledFor ?? long.MinValue, after?.Key.Seq ?? long.MinValue, limit);

    public async Task NoteAsync(IReadOnlyDictionary<string, PrunedSpan> spans, CancellationToken cancellationToken) =>
        await RowsAsync(NoteSql, _ => 0, cancellationToken,
            spans.Keys.ToArray(), spans.Values.Select(span => span.First.UtcTicks).ToArray(), spans.Values.Select(span => span.Last.UtcTicks).ToArray());

    public async Task<int> DeleteAsync(IReadOnlyList<(string Key, long Seq)> runs, long endedBefore, CancellationToken cancellationToken)
    {
        var gone = await RowsAsync(DeleteSql,
            reader => (Count: reader.GetInt32(0), Schedules: reader.IsDBNull(1) ? [] : reader.GetFieldValue<string[]>(1)),
            cancellationToken, runs.Select(run => run.Key).ToArray(), endedBefore);
        if (gone[0].Schedules.Length > 0) await RowsAsync(EmptySql, _ => 0, cancellationToken, [gone[0].Schedules]);
        return gone[0].Count;
    }

    private static string Oldest(string states, string condition) =>
        $"""
        SELECT part.* FROM (SELECT lane FROM actorcron_series WHERE schedule = $1) lanes CROSS JOIN unnest({states}) AS wanted (state) CROSS JOIN LATERAL (
            SELECT r.run_key, r.seq, r.schedule, r.state, r.scheduled_for, r.ended FROM actorcron_runs r
            WHERE r.schedule = $1 AND r.lane = lanes.lane AND r.{condition} AND r.state = wanted.state AND (r.scheduled_for, r.seq) > ($4, $5)
            ORDER BY r.scheduled_for, r.seq LIMIT $6) part
        """;

    private static PrunableRun<(string Key, long Seq)> Run(NpgsqlDataReader reader) => new((reader.GetString(0), reader.GetInt64(1)), reader.GetString(0),
        reader.IsDBNull(2) ? null : reader.GetString(2), (RunState)reader.GetInt16(3), reader.GetInt64(4), reader.IsDBNull(5) ? null : reader.GetInt64(5));

    private async Task<List<T>> RowsAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
        return rows;
    }
}
