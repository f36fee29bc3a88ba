namespace ActorCron.Pbm.Palettes.Cron;

/// <summary>Every field of contract section 5 that is one value; their bounds are checked by the node.
/// Temporal's names are accepted as aliases.</summary>
internal static class ScheduleFlags
{
    public static IReadOnlyList<ScheduleFlag> Rule() =>
    [
        ScheduleFlag.Duration("every", "Instead of CRON: a fixed distance, from --start-at (90s, PT90S).", "--every"),
        ScheduleFlag.Text("minute", "Instead of CRON: its five fields apart, '*' when left out.", "FIELD", "--minute"),
        ScheduleFlag.Text("hour", "See --minute.", "FIELD", "--hour"),
        ScheduleFlag.Text("day", "See --minute.", "FIELD", "--day"),
        ScheduleFlag.Text("month", "See --minute.", "FIELD", "--month"),
        ScheduleFlag.Text("dayOfWeek", "See --minute.", "FIELD", "--day-of-week"),
    ];

    public static IReadOnlyList<ScheduleFlag> Policies() =>
    [
        ScheduleFlag.Text("timeZone", "IANA time zone of the rule.", "ZONE", "--zone", "-z", "--time-zone"),
        ScheduleFlag.Text("queue", "The queue whose workers run it.", "Q", "--queue", "-q"),
        ScheduleFlag.Text("user", "Its owner.", "U", "--user", "-u"),
        ScheduleFlag.Text("description", "What it is for.", "TEXT", "--description", "-d", "--notes"),
        ScheduleFlag.Integer("priority", "Higher goes first within its queue.", "--priority"),
        ScheduleFlag.Choice("overlap", "When the last run is still going.", ["allow", "skip", "queue", "replace"], "--overlap", "--overlap-policy"),
        ScheduleFlag.Choice("execution", "After a node's death: run again, or fail with 'node lost'.", ["atLeastOnce", "atMostOnce"], "--execution"),
        ScheduleFlag.Choice("catchUp.policy", "Occurrences that an outage swallowed.", ["none", "latest", "all"], "--catch-up"),
        ScheduleFlag.Duration("catchUp.window", "How far back they still count.", "--catch-up-window", "--catchup-window"),
        ScheduleFlag.Integer("retry.maxAttempts", "Attempts in all; 1 is no retry.", "--retry-attempts"),
        ScheduleFlag.Duration("retry.delay", "Wait before the second attempt.", "--retry-delay"),
        ScheduleFlag.Number("retry.factor", "Each further wait is so many times the last.", "--retry-factor"),
        ScheduleFlag.Duration("retry.maxDelay", "The longest wait.", "--retry-max-delay"),
        ScheduleFlag.Duration("timeout", "An attempt that takes longer is stopped.", "--job-timeout", "--run-timeout"),
        ScheduleFlag.Duration("jitter", "Spread each occurrence over this span.", "--jitter"),
        ScheduleFlag.Choice("dst.gap", "A time that the clock change skips.", ["fire", "skip"], "--dst-gap"),
        ScheduleFlag.Choice("dst.overlap", "A time that the clock change repeats.", ["first", "second", "both"], "--dst-overlap"),
    ];
}
