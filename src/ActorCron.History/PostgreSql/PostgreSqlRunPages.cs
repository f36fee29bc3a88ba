using ActorCron.Core.Runs;
using Npgsql;

namespace ActorCron.History;

/// <summary>Reads pages: one statement merges the newest keys of each index range that a query names, from the indexes alone, and
/// then reads the page's rows.</summary>
internal static class PostgreSqlRunPages
{
    public const char Store = 'p';

    public static async Task<RunPage> ReadAsync(NpgsqlDataSource source, RunQuery query, CancellationToken cancellationToken)
    {
        var range = RunRange.Of(query, Store);
        await using var command = source.CreateCommand(Sql(query));
        command.Parameters.AddWithValue("live", Numbers(range.States, ended: false));
        command.Parameters.AddWithValue("ended", Numbers(range.States, ended: true));
        command.Parameters.AddWithValue("from", range.From);
        command.Parameters.AddWithValue("before", range.Before);
        command.Parameters.AddWithValue("beforeSeq", range.BeforeRow);
        command.Parameters.AddWithValue("rows", range.Rows);
        foreach (var (name, value) in new[] { ("schedule", query.Schedule), ("usr", query.User), ("queue", query.Queue) })
            if (value is not null) command.Parameters.AddWithValue(name, value);

        var (items, last, more) = (new List<Run>(query.Limit), (ScheduledFor: 0L, Seq: 0L), false);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken) && !(more = items.Count == query.Limit))
        {
            last = (reader.GetInt64(0), reader.GetInt64(1));
            items.Add(RunJson.Read(reader.GetString(2), PostgreSqlRunHistory.Output(reader, 3)));
        }
        return new(items, more ? RunRange.Cursor(Store, last.ScheduledFor, last.Seq) : null);
    }

    /// <summary>The states' numbers, of those that mean a run has ended or of the others.</summary>
    public static short[] Numbers(IEnumerable<RunState> states, bool ended) => [.. states.Where(state => state.IsFinished() == ended).Select(state => (short)state)];

    private static string Sql(RunQuery query)
    {
        var output = query.WithOutput ? "CASE WHEN page.has_output THEN (SELECT o.output FROM actorcron_run_outputs o WHERE o.seq = page.seq) END" : "NULL::bytea";
        // A user may have hundreds of queues. The newest run of each range tells from when on the page can be at the earliest:
        // of most ranges nothing else is then read.
        var since = query is { Schedule: null, User: null }
            ? "@from"
            : $"coalesce((SELECT heads.scheduled_for FROM ({Keys(query, "@from", "1")}) heads ORDER BY heads.scheduled_for DESC OFFSET @rows - 1 LIMIT 1), @from)";
        return $"""
            WITH since AS MATERIALIZED (SELECT {since} AS earliest),
            keys AS MATERIALIZED (
                SELECT * FROM ({Keys(query, "(SELECT earliest FROM since)", "@rows")}) ranges ORDER BY scheduled_for DESC, seq DESC LIMIT @rows)
            SELECT page.scheduled_for, page.seq, page.body, {output} FROM keys CROSS JOIN LATERAL (
                SELECT * FROM actorcron_runs r WHERE r.state = keys.state AND r.scheduled_for = keys.scheduled_for AND r.seq = keys.seq LIMIT 1) page
            ORDER BY keys.scheduled_for DESC, keys.seq DESC
            """;
    }

    /// <summary>The newest keys of each range: at most so many, none of before that time.</summary>
    private static string Keys(RunQuery query, string since, string limit)
    {
        var user = query.User is null ? "" : " AND usr = @usr";
        var queue = query.Queue is null ? "" : " AND queue = @queue";
        const string states = "unnest(@live || @ended)";
        return query switch
        {
            { Schedule: not null } => string.Join(" UNION ALL ", new[] { ("unnest(@live)", "NULL"), ("unnest(@ended)", "NOT NULL") }.Select(part => Part(
                $"(SELECT s.lane FROM actorcron_series s JOIN actorcron_lanes l ON l.id = s.lane WHERE s.schedule = @schedule{user}{queue}) lanes CROSS JOIN {part.Item1}",
                $"r.schedule = @schedule AND r.lane = lanes.lane AND r.ended IS {part.Item2} AND"))),
            { User: not null } => Part($"(SELECT id FROM actorcron_lanes WHERE true{user}{queue}) lanes CROSS JOIN {states}", "r.lane = lanes.id AND"),
            { Queue: not null } => Part(states, "r.queue = @queue AND"),
            _ => Part(states, ""),
        };

        string Part(string ranges, string match) =>
            $"""
            SELECT part.* FROM {ranges} AS wanted (state) CROSS JOIN LATERAL (
                SELECT r.state, r.scheduled_for, r.seq FROM actorcron_runs r
                WHERE {match} r.state = wanted.state AND r.scheduled_for >= {since} AND (r.scheduled_for, r.seq) < (@before, @beforeSeq)
                ORDER BY r.scheduled_for DESC, r.seq DESC LIMIT {limit}) part
            """;
    }
}
