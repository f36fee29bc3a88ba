using ActorCron.Core.Runs;
using Microsoft.Data.Sqlite;

namespace ActorCron.History;

/// <summary>Retention's questions to SQLite.</summary>
internal sealed class SqlitePruning(SqliteAccess access) : IPrunableRuns<long>
{
    private const string Fields = "seq, run_key, schedule, state, scheduled_for, ended";

    public Task<IReadOnlyList<PrunableRun<long>>> EndedBeforeAsync(long ticks, int limit, CancellationToken cancellationToken) =>
        access.ReadAsync<IReadOnlyList<PrunableRun<long>>>(connection => Rows(connection,
            $"SELECT {Fields} FROM runs WHERE ended < $ticks ORDER BY ended LIMIT $limit", Run, ("$ticks", ticks), ("$limit", limit)), cancellationToken);

    public Task<IReadOnlyList<(string Schedule, long Excess)>> OverfullAsync(long runs, string after, int limit, CancellationToken cancellationToken) =>
        access.ReadAsync<IReadOnlyList<(string, long)>>(connection => Rows(connection,
            "SELECT schedule, sum(runs) - $runs FROM series WHERE schedule > $after GROUP BY schedule HAVING sum(runs) > $runs ORDER BY schedule LIMIT $limit",
            reader => (reader.GetString(0), reader.GetInt64(1)), ("$runs", runs), ("$after", after), ("$limit", limit)), cancellationToken);

    public Task<IReadOnlyList<PrunableRun<long>>> OldestAsync(string schedule, PrunableRun<long>? after, int limit, CancellationToken cancellationToken) =>
        access.ReadAsync<IReadOnlyList<PrunableRun<long>>>(connection =>
        {
            var lanes = Rows(connection, "SELECT lane FROM series WHERE schedule = $schedule", reader => reader.GetInt64(0), ("$schedule", schedule));
            var oldest =
                from lane in lanes
                from state in RunRange.AllStates
                from run in Rows(connection, OldestSql(state.IsFinished()), Run,
                    ("$schedule", schedule), ("$lane", lane), ("$state", (int)state), ("$limit", limit),
                    ("$after", after?.ScheduledFor ?? long.MinValue), ("$afterSeq", after?.Key ?? long.MinValue))
                orderby run.ScheduledFor, run.Key
                select run;
            return [.. oldest.Take(limit)];
        }, cancellationToken);

    public Task NoteAsync(IReadOnlyDictionary<string, PrunedSpan> spans, CancellationToken cancellationToken) =>
        access.WriteAsync(writer =>
        {
            writer.Note(spans);
            return true;
        }, cancellationToken);

    public Task<int> DeleteAsync(IReadOnlyList<long> runs, long endedBefore, CancellationToken cancellationToken) =>
        access.WriteAsync(writer => writer.Delete(runs, endedBefore), cancellationToken);

    private static string OldestSql(bool ended) =>
        $"""
        SELECT {Fields} FROM runs INDEXED BY {(ended ? "runs_schedule_ended" : "runs_schedule_live")}
        WHERE schedule = $schedule AND lane = $lane AND ended IS {(ended ? "NOT NULL" : "NULL")} AND state = $state
        AND (scheduled_for, seq) > ($after, $afterSeq) ORDER BY scheduled_for, seq LIMIT $limit
        """;

    private static PrunableRun<long> Run(SqliteDataReader reader) => new(reader.GetInt64(0), reader.GetString(1),
        reader.IsDBNull(2) ? null : reader.GetString(2), (RunState)reader.GetInt32(3), reader.GetInt64(4), reader.IsDBNull(5) ? null : reader.GetInt64(5));

    private static List<T> Rows<T>(SqliteConnection connection, string sql, Func<SqliteDataReader, T> read, params (string Name, object Value)[] values)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only this project's own constants come here.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }
}
