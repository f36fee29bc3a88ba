using ActorCron.Core.Jobs;
using ActorCron.Core.Runs;

namespace ActorCron.Benchmarks;

/// <summary>Runs as a busy cluster leaves them, by number: 700 a minute. Half of them belong to 350 schedules that fire each minute,
/// the rest to some 17,000 hourly and 100,000 daily ones. Users, queues and states are skewed on purpose.</summary>
/// <param name="runs">How many there are in all: what is old and what is new follows from it.</param>
internal sealed class HistoryData(int runs)
{
    private const int PerMinute = 700;
    private const int EachMinute = 350;
    private const int EachHour = 280;
    private const int Gone = 2000;
    private const int Unfinished = 1000;

    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public int Runs => runs;

    /// <summary>How often a schedule that fires each minute has run.</summary>
    public int Minutes => runs / PerMinute;

    public DateTimeOffset Middle => Start.AddMinutes(Minutes / 2);

    public DateTimeOffset End => Start.AddMinutes(Minutes + 1);

    public Run this[int number]
    {
        get
        {
            var (minute, slot) = (number / PerMinute, number % PerMinute);
            var schedule = slot switch
            {
                < EachMinute => slot,
                < EachMinute + EachHour => EachMinute + ((slot - EachMinute) * 60) + (minute % 60),
                _ => EachMinute + (EachHour * 60) + ((slot - EachMinute - EachHour) * 1440) + (minute % 1440),
            };
            // A user whose few runs all are as old as the oldest.
            return number < Gone ? Of($"gone/{slot:D3}", "gone", "default", minute, StateOf(number), 3) : Of($"s/{schedule:D6}", UserOf(schedule), QueueOf(schedule), minute, StateOf(number), 3);
        }
    }

    /// <summary>Work that is new: each of its runs is written three times.</summary>
    public static Run Live(string prefix, int number, RunState state, long revision)
    {
        var schedule = number % 5000;
        return Of($"{prefix}/{schedule:D6}", UserOf(schedule), QueueOf(schedule), 2_000_000 + (number / 5000), state, revision);
    }

    // Half of all is one user's; a fourth is one's with 300 queues of its own; fifty share the rest.
    private static string UserOf(int schedule) => (schedule % 4) switch { 0 or 2 => "big", 3 => "fleet", _ => $"user-{schedule % 200:D3}" };

    private static string QueueOf(int schedule) => UserOf(schedule) == "fleet" ? $"fleet-{schedule / 4 % 300:D3}" : (schedule % 20) switch { 0 => "slow", < 5 => "reports", _ => "default" };

    private RunState StateOf(int number) => number switch
    {
        _ when number >= runs - Unfinished => (RunState)(number % 3), // Dispatched, running, retrying.
        _ when number < runs / 10 && number % 1000 == 7 => RunState.Dead, // Some, and all of them old.
        11 or 4321 or 9876 => RunState.Cancelled, // Three, as old as can be.
        _ => (number % 1009) switch { < 10 => RunState.Failed, < 12 => RunState.TimedOut, < 13 => RunState.Missed, < 17 => RunState.Skipped, _ => RunState.Succeeded },
    };

    private static Run Of(string schedule, string user, string queue, int minute, RunState state, long revision)
    {
        var (due, ended) = (Start.AddMinutes(minute), state.IsFinished());
        var started = revision > 1 && state is not (RunState.Missed or RunState.Skipped or RunState.Dispatched);
        return new Run
        {
            Spec = new RunSpec
            {
                Id = RunId.ForOccurrence(schedule, due),
                Schedule = schedule,
                User = user,
                Queue = queue,
                ScheduledFor = due,
                Trigger = RunTrigger.Schedule,
                Job = new JobSpec("shell", $$"""{"command":"/usr/local/bin/report --customer {{schedule}} --format pdf"}"""),
                TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            },
            State = state,
            Attempt = started ? 1 : 0,
            Created = due,
            Dispatched = due.AddMilliseconds(20),
            Started = started ? due.AddMilliseconds(40) : null,
            Finished = ended ? due.AddSeconds(2) : null,
            Node = started ? "10.0.0.7:4053" : null,
            ExitCode = ended && started ? 0 : null,
            Output = ended && started && minute % 10 == 0 ? "report made\n" : null,
            Fence = minute,
            Revision = revision,
        };
    }
}
