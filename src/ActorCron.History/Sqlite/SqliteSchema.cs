using Microsoft.Data.Sqlite;

namespace ActorCron.History;

/// <summary>The tables of <c>runs.db</c>. Each list filter has an index that ends in state and scheduled time (SQLite adds the
/// row number), so that a page reads one short range a state. Outputs stand apart: lists never touch their pages.</summary>
internal static class SqliteSchema
{
    private const long Version = 2;

    // Added by version 2: where executed runs have been removed. A row a schedule, however many runs it had.
    private const string PrunedTable =
        "CREATE TABLE pruned (schedule TEXT PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;";

    private const string Tables =
        """
        CREATE TABLE lanes (id INTEGER PRIMARY KEY, usr TEXT NOT NULL, queue TEXT NOT NULL, UNIQUE (usr, queue)) STRICT;

        -- How many runs a schedule has in each lane: what retention and queries by schedule start from.
        CREATE TABLE series (schedule TEXT NOT NULL, lane INTEGER NOT NULL, runs INTEGER NOT NULL, PRIMARY KEY (schedule, lane)) STRICT, WITHOUT ROWID;

        CREATE TABLE runs (
            seq INTEGER PRIMARY KEY, run_key TEXT NOT NULL UNIQUE, schedule TEXT, lane INTEGER NOT NULL, queue TEXT NOT NULL,
            state INTEGER NOT NULL, scheduled_for INTEGER NOT NULL, ended INTEGER, revision INTEGER NOT NULL,
            has_output INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
        -- Ended runs lie schedule by schedule, a page or more each: a run enters there once, when it ends. What still runs is few and close together.
        CREATE INDEX runs_schedule_ended ON runs (schedule, lane, state, scheduled_for) WHERE schedule IS NOT NULL AND ended IS NOT NULL;
        CREATE INDEX runs_schedule_live ON runs (schedule, lane, state, scheduled_for) WHERE schedule IS NOT NULL AND ended IS NULL;
        CREATE INDEX runs_lane ON runs (lane, state, scheduled_for);
        CREATE INDEX runs_queue ON runs (queue, state, scheduled_for);
        CREATE INDEX runs_state ON runs (state, scheduled_for);
        CREATE INDEX runs_ended ON runs (ended) WHERE ended IS NOT NULL;

        CREATE TABLE run_outputs (seq INTEGER PRIMARY KEY, output TEXT NOT NULL) STRICT;
        """;

    /// <summary>Creates what is missing. Write-ahead logging lets readers go on while the one writer commits.</summary>
    /// <exception cref="InvalidOperationException">A later version of ActorCron wrote the file.</exception>
    public static void Create(SqliteConnection connection)
    {
        Execute(connection, "PRAGMA journal_mode = WAL;");
        using var transaction = connection.BeginTransaction(deferred: false);
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "PRAGMA user_version;";
        var found = (long)command.ExecuteScalar()!;
        if (found > Version)
            throw new InvalidOperationException($"The run history {connection.DataSource} has version {found}; this program knows versions up to {Version}.");
        if (found < Version)
        {
            command.CommandText = $"{(found < 1 ? Tables : "")} {PrunedTable} PRAGMA user_version = {Version};";
            command.ExecuteNonQuery();
        }
        transaction.Commit();
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only this project's own constants come here.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
