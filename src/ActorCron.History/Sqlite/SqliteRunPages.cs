using System.Text.Json;
using ActorCron.Core.Runs;
using Microsoft.Data.Sqlite;

namespace ActorCron.History;

/// <summary>Reads pages: merges the newest rows of each index range that a query names, then reads the page's rows.</summary>
internal static class SqliteRunPages
{
    public const char Store = 's';

    private const string InRange = "scheduled_for >= $from AND (scheduled_for, seq) < ($before, $beforeSeq)";

    public static RunPage Read(SqliteConnection connection, RunQuery query, CancellationToken cancellationToken)
    {
        var range = RunRange.Of(query, Store);
        using var transaction = connection.BeginTransaction(deferred: true); // One snapshot for all the ranges.
        var keys = new SortedSet<(long ScheduledFor, long Seq)>();
        foreach (var part in Parts(connection, query, range))
        {
            using var command = Command(connection, range, $"""
                SELECT scheduled_for, seq FROM runs INDEXED BY {part.Index} WHERE {part.Condition} state = $state
                AND {InRange} ORDER BY scheduled_for DESC, seq DESC LIMIT $rows
                """);
            foreach (var (name, value) in part.Values) command.Parameters.AddWithValue(name, value);
            var state = command.Parameters.Add("$state", SqliteType.Integer);
            foreach (var wanted in part.States)
            {
                cancellationToken.ThrowIfCancellationRequested();
                state.Value = (int)wanted;
                // Once the page is full, a range can only add what is newer than the page's last row.
                command.Parameters["$from"].Value = keys.Count == range.Rows ? Math.Max(range.From, keys.Min.ScheduledFor) : range.From;
                using var reader = command.ExecuteReader();
                while (reader.Read() && (keys.Count < range.Rows || (reader.GetInt64(0), reader.GetInt64(1)).CompareTo(keys.Min) > 0))
                {
                    keys.Add((reader.GetInt64(0), reader.GetInt64(1)));
                    if (keys.Count > range.Rows) keys.Remove(keys.Min);
                }
            }
            if (keys.Count == range.Rows && part.Next < keys.Min.ScheduledFor) break;
        }
        return Page(connection, query, keys);
    }

    private static RunPage Page(SqliteConnection connection, RunQuery query, SortedSet<(long ScheduledFor, long Seq)> keys)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query.WithOutput
            ? "SELECT body, CASE WHEN has_output THEN (SELECT output FROM run_outputs o WHERE o.seq = runs.seq) END FROM runs WHERE seq = $seq"
            : "SELECT body, NULL FROM runs WHERE seq = $seq";
        var seq = command.Parameters.Add("$seq", SqliteType.Integer);
        var items = new List<Run>(query.Limit);
        var last = default((long ScheduledFor, long Seq));
        foreach (var key in keys.Reverse().Take(query.Limit))
        {
            (last, seq.Value) = (key, key.Seq);
            using var reader = command.ExecuteReader();
            reader.Read();
            items.Add(RunJson.Read(reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1)));
        }
        return new(items, keys.Count > query.Limit ? RunRange.Cursor(Store, last.ScheduledFor, last.Seq) : null);
    }

    private static SqliteCommand Command(SqliteConnection connection, RunRange range, string sql)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants only.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$from", range.From);
        command.Parameters.AddWithValue("$before", range.Before);
        command.Parameters.AddWithValue("$beforeSeq", range.BeforeRow);
        command.Parameters.AddWithValue("$rows", range.Rows);
        return command;
    }

    /// <param name="Index">The index to read, so that no estimate of the planner's leads elsewhere.</param>
    /// <param name="Condition">What stands before state and scheduled time in that index.</param>
    /// <param name="States">One range for each.</param>
    /// <param name="Values">The condition's parameters.</param>
    private sealed record Part(string Index, string Condition, IReadOnlyList<RunState> States, params (string Name, object Value)[] Values)
    {
        /// <summary>No part after this one holds anything newer (UTC ticks).</summary>
        public long Next { get; init; } = long.MaxValue;
    }

    private static IEnumerable<Part> Parts(SqliteConnection connection, RunQuery query, RunRange range)
    {
        if (query is { Schedule: null, User: null })
            return query.Queue is { } queue
                ? [new("runs_queue", "queue = $queue AND", range.States, ("$queue", queue))]
                : [new("runs_state", "", range.States)];

        var lanes = Lanes(connection, query);
        return query.Schedule is { } schedule
            ? lanes.SelectMany(lane => SchedulePart(schedule, lane, range.States))
            : LaneParts(connection, range, lanes);
    }

    /// <summary>One part a lane and state, in the order of their newest runs: a user may have hundreds of queues, and a page comes from
    /// the first few of these parts.</summary>
    private static IEnumerable<Part> LaneParts(SqliteConnection connection, RunRange range, List<long> lanes)
    {
        using var command = Command(connection, range, $"""
            SELECT lane.value, state.value, (
                SELECT scheduled_for FROM runs INDEXED BY runs_lane WHERE lane = lane.value AND state = state.value AND {InRange}
                ORDER BY scheduled_for DESC, seq DESC LIMIT 1)
            FROM json_each($lanes) lane, json_each($states) state
            """);
        command.Parameters.AddWithValue("$lanes", JsonSerializer.Serialize(lanes));
        command.Parameters.AddWithValue("$states", JsonSerializer.Serialize(range.States.Select(state => (int)state)));
        var heads = new List<(long Lane, RunState State, long Newest)>();
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
                if (!reader.IsDBNull(2)) heads.Add((reader.GetInt64(0), (RunState)reader.GetInt32(1), reader.GetInt64(2)));
        }
        heads.Sort((one, other) => other.Newest.CompareTo(one.Newest));
        for (var i = 0; i < heads.Count; i++)
            yield return new("runs_lane", "lane = $lane AND", [heads[i].State], ("$lane", heads[i].Lane)) { Next = i + 1 < heads.Count ? heads[i + 1].Newest : long.MinValue };
    }

    private static IEnumerable<Part> SchedulePart(string schedule, long lane, IReadOnlyList<RunState> states) =>
        from part in states.GroupBy(state => state.IsFinished())
        let ended = part.Key
        select new Part(
            ended ? "runs_schedule_ended" : "runs_schedule_live", $"schedule = $schedule AND lane = $lane AND ended IS {(ended ? "NOT NULL" : "NULL")} AND",
            [.. part], ("$schedule", schedule), ("$lane", lane));

    private static List<long> Lanes(SqliteConnection connection, RunQuery query)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query.Schedule is null
            ? "SELECT id FROM lanes WHERE usr = $user AND ($queue IS NULL OR queue = $queue)"
            : """
              SELECT lane FROM series JOIN lanes ON lanes.id = lane
              WHERE schedule = $schedule AND ($user IS NULL OR usr = $user) AND ($queue IS NULL OR queue = $queue)
              """;
        command.Parameters.AddWithValue("$schedule", (object?)query.Schedule ?? DBNull.Value);
        command.Parameters.AddWithValue("$user", (object?)query.User ?? DBNull.Value);
        command.Parameters.AddWithValue("$queue", (object?)query.Queue ?? DBNull.Value);
        using var reader = command.ExecuteReader();
        var lanes = new List<long>();
        while (reader.Read()) lanes.Add(reader.GetInt64(0));
        return lanes;
    }
}
