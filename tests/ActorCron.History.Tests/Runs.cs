using ActorCron.Core.Jobs;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;

namespace ActorCron.History.Tests;

/// <summary>Runs to write, all of one made-up day.</summary>
internal static class Runs
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A run of the schedule <paramref name="minutes"/> after noon that ended a second after it was due.</summary>
    public static Run Of(string? schedule, int minutes, RunState state = RunState.Succeeded, string user = "rob", string queue = "default", long revision = 3) => new()
    {
        Spec = new RunSpec
        {
            Id = $"{schedule ?? "message"}@{minutes:D5}",
            Schedule = schedule,
            User = user,
            Queue = queue,
            ScheduledFor = Noon.AddMinutes(minutes),
            Trigger = schedule is null ? RunTrigger.Message : RunTrigger.Schedule,
            Job = new JobSpec("noop", "{}"),
        },
        State = state,
        Created = Noon.AddMinutes(minutes),
        Finished = state.IsFinished() ? Noon.AddMinutes(minutes).AddSeconds(1) : null,
        Revision = revision,
    };

    /// <summary>A run with a value of its own in every field.</summary>
    public static Run Full { get; } = new()
    {
        Spec = new RunSpec
        {
            Id = "reports/nightly@2026-11-24T01:15Z",
            Schedule = "reports/nightly",
            User = "Ünal \"x\" 🎉",
            Queue = "reports",
            Priority = -3,
            ScheduledFor = new(2026, 11, 24, 1, 15, 0, TimeSpan.Zero),
            Trigger = RunTrigger.Backfill,
            Job = new JobSpec("shell", """{"command":"echo 'ä' \"\\n\" \u0000 <&>","deep":[1,2.5,null,{"x":true}]}"""),
            Timeout = TimeSpan.FromMilliseconds(90_061_001),
            Retry = new RetryPolicy(7, TimeSpan.FromSeconds(1.5), 1.25, TimeSpan.FromDays(2)),
            Overlap = OverlapPolicy.Replace,
            Execution = ExecutionGuarantee.AtMostOnce,
            FromCrontab = true,
            Late = true,
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        },
        State = RunState.Retrying,
        Attempt = 2,
        Created = Noon.AddTicks(1),
        Dispatched = Noon.AddTicks(2),
        Started = Noon.AddTicks(3),
        Finished = Noon.AddTicks(4),
        Node = "host-a:4053",
        ExitCode = -9,
        Output = "line 1\r\n\0 binary \uFFFD 🎉",
        Error = "exit code 3: \u0001\0 'quoted'",
        Fence = long.MaxValue,
        RetryAt = Noon.AddHours(1),
        Revision = 12,
    };
}
