namespace ActorCron.History;

/// <summary>The tables in PostgreSQL. Each list filter has an index that ends in state, scheduled time and row number, so that a
/// page reads one short range a state. Outputs stand apart: lists never touch them.</summary>
internal static class PostgreSqlSchema
{
    /// <summary>Safe to repeat, and to run from several nodes at once: the lock (the bytes of "acronhis") makes them take turns.</summary>
    public const string Create =
        """
        SELECT pg_advisory_xact_lock(7017281449066621299);

        CREATE TABLE IF NOT EXISTS actorcron_lanes (
            id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, usr text COLLATE "C" NOT NULL, queue text COLLATE "C" NOT NULL, UNIQUE (usr, queue));

        -- How many runs a schedule has in each lane: what retention and queries by schedule start from.
        CREATE TABLE IF NOT EXISTS actorcron_series (
            schedule text COLLATE "C" NOT NULL, lane integer NOT NULL, runs bigint NOT NULL, PRIMARY KEY (schedule, lane)) WITH (fillfactor = 80);

        CREATE TABLE IF NOT EXISTS actorcron_runs (
            seq bigint GENERATED ALWAYS AS IDENTITY, scheduled_for bigint NOT NULL, ended bigint, revision bigint NOT NULL,
            lane integer NOT NULL, state smallint NOT NULL, has_output boolean NOT NULL,
            run_key text COLLATE "C" NOT NULL PRIMARY KEY, schedule text COLLATE "C", queue text COLLATE "C" NOT NULL, body text NOT NULL);
        -- Ended runs lie schedule by schedule, a page or more each: a run enters there once, when it ends. What still runs is few and close together.
        CREATE INDEX IF NOT EXISTS actorcron_runs_schedule_ended ON actorcron_runs (schedule, lane, state, scheduled_for, seq) WHERE schedule IS NOT NULL AND ended IS NOT NULL;
        CREATE INDEX IF NOT EXISTS actorcron_runs_schedule_live ON actorcron_runs (schedule, lane, state, scheduled_for, seq) WHERE schedule IS NOT NULL AND ended IS NULL;
        CREATE INDEX IF NOT EXISTS actorcron_runs_lane ON actorcron_runs (lane, state, scheduled_for, seq);
        CREATE INDEX IF NOT EXISTS actorcron_runs_queue ON actorcron_runs (queue, state, scheduled_for, seq);
        CREATE INDEX IF NOT EXISTS actorcron_runs_state ON actorcron_runs (state, scheduled_for, seq);
        CREATE INDEX IF NOT EXISTS actorcron_runs_ended ON actorcron_runs (ended) WHERE ended IS NOT NULL;
        -- A run leaves dead index entries behind in the states that it passed through, which the next list by such a state walks over. By
        -- default they would stay until a fifth of all rows has changed: seconds for a list over millions. The guard spares the lock.
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_class WHERE oid = 'actorcron_runs'::regclass AND 'vacuum_index_cleanup=on' = ANY (reloptions)) THEN
                ALTER TABLE actorcron_runs SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 20000, vacuum_index_cleanup = on);
            END IF;
        END $$;

        -- Where executed runs have been removed: a row a schedule, however many runs it had.
        CREATE TABLE IF NOT EXISTS actorcron_pruned (schedule text COLLATE "C" PRIMARY KEY, first bigint NOT NULL, last bigint NOT NULL);

        -- UTF-8 bytes: a text column takes no NUL, and jobs print what they like.
        CREATE TABLE IF NOT EXISTS actorcron_run_outputs (seq bigint PRIMARY KEY, output bytea NOT NULL);
        """;
}
