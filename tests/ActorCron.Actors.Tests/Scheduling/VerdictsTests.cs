using ActorCron.Actors.Gateway;
using ActorCron.Core.Jobs;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Scheduling;
using ActorCron.Core.Time;

namespace ActorCron.Actors.Tests.Scheduling;

public class VerdictsTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 1, 0, 0, TimeSpan.Zero);

    private static readonly CatalogEntry Entry = new()
    {
        Schedule = new Schedule { Id = "s", Time = new TimeSpec { Cron = "*/5 * * * *" }, Job = new JobSpec("noop", "{}") },
        Revision = 1,
        CreatedAt = Start,
        UpdatedAt = Start,
        OwedFrom = Start,
    };

    private static Verdict Of(CatalogEntry entry, int minute, int now, params Run[] runs) => Of(entry, minute, now, null, runs);

    private static Verdict Of(CatalogEntry entry, int minute, int now, PrunedSpan? pruned, params Run[] runs)
    {
        var at = Start.AddMinutes(minute);
        return Assert.Single(Verdicts.Of(entry, ScheduleHistory.Between(entry, at, at, 10), runs.ToDictionary(run => run.Spec.Id), pruned, Start.AddMinutes(now)));
    }

    private static Run RunAt(int minute, RunState state, string? error) => new()
    {
        Spec = ScheduleCatalog.SpecOf(Entry.Schedule, Start.AddMinutes(minute), RunTrigger.Schedule, late: false),
        State = state,
        Attempt = 2,
        Node = "n:1",
        Error = error,
        Started = Start.AddMinutes(minute),
    };

    [Fact]
    public void How_long_it_took_is_told_in_words()
    {
        var run = RunAt(5, RunState.Succeeded, null);

        var verdict = Of(Entry, 5, now: 60, run with { Finished = run.Started + TimeSpan.FromTicks(1_230_013) });

        Assert.Equal("attempt 2 succeeded on n:1 in 123 ms", verdict.Reason);
    }

    [Fact]
    public void An_occurrence_from_before_the_schedule_is_not_yet_created()
    {
        var verdict = Of(Entry, -5, now: 60);

        Assert.Equal(("notYetCreated", "the schedule was created at 2026-11-24 01:00:00Z"), (verdict.Outcome, verdict.Reason));
    }

    [Theory]
    [InlineData(RunState.Succeeded, null, "succeeded", "attempt 2 succeeded on n:1")]
    [InlineData(RunState.Failed, "exit code 1", "failed", "attempt 2 failed: exit code 1")]
    [InlineData(RunState.Missed, "older than the window", "missed", "older than the window")]
    [InlineData(RunState.Skipped, "one run is waiting already", "skipped", "one run is waiting already")]
    [InlineData(RunState.Dispatched, null, "dispatched", "waits in the queue default")]
    [InlineData(RunState.Running, null, "running", "attempt 2 runs on n:1 since 2026-11-24 01:05:00Z")]
    public void An_occurrence_with_a_run_has_its_state_and_its_reason(RunState state, string? error, string outcome, string reason)
    {
        var verdict = Of(Entry, 5, now: 60, RunAt(5, state, error));

        Assert.Equal((outcome, reason, "s@2026-11-24T01:05Z"), (verdict.Outcome, verdict.Reason, verdict.RunId));
    }

    [Fact]
    public void An_occurrence_of_a_pause_is_paused_also_after_the_schedule_was_resumed()
    {
        var resumed = Entry with { OwedFrom = Start.AddMinutes(22), Eras = [new ScheduleEra(Start.AddMinutes(2), null, Paused: false), new ScheduleEra(Start.AddMinutes(22), null, Paused: true)] };

        Assert.Equal("paused", Of(resumed, 10, now: 60).Outcome);
        Assert.Equal("paused", Of(Entry with { Schedule = Entry.Schedule with { Paused = true } }, 10, now: 60).Outcome);
    }

    [Theory]
    [InlineData(-10, "expired")]
    [InlineData(-15, "notYetCreated")]
    [InlineData(5, "expired")]
    [InlineData(15, "paused")]
    [InlineData(25, "upcoming")]
    [InlineData(30, "succeeded")]
    public void An_occurrence_without_a_record_has_expired_where_retention_has_removed_records(int minute, string outcome)
    {
        var entry = Entry with { Eras = [new ScheduleEra(Start.AddMinutes(12), null, Paused: false), new ScheduleEra(Start.AddMinutes(22), null, Paused: true)] };
        var pruned = new PrunedSpan(Start.AddMinutes(-10), Start.AddMinutes(20));

        Assert.Equal(outcome, Of(entry, minute, now: 31, pruned, RunAt(30, RunState.Succeeded, null)).Outcome);
    }

    [Fact]
    public void An_occurrence_in_a_range_on_record_is_missed_for_the_reason_of_the_range()
    {
        var entry = Entry with { MissedRanges = [new MissedRange(Start.AddMinutes(5), Start.AddMinutes(15), "the cluster was down")] };

        Assert.Equal(("missed", "the cluster was down"), (Of(entry, 15, now: 60).Outcome, Of(entry, 10, now: 60).Reason));
        Assert.NotEqual("missed", Of(entry, 5, now: 60).Outcome);
    }

    [Fact]
    public void An_occurrence_to_come_is_upcoming_also_while_its_jitter_delays_it_and_until_the_scheduler_comes_to_it()
    {
        var jittered = Entry with { Schedule = Entry.Schedule with { Jitter = TimeSpan.FromDays(1000) } };

        Assert.Equal("upcoming", Of(Entry, 30, now: 29).Outcome);
        Assert.Equal("upcoming", Of(Entry, 30, now: 31).Outcome);
        Assert.StartsWith("delayed by its jitter to", Of(jittered, 30, now: 31).Reason, StringComparison.Ordinal);
        Assert.Equal("expired", Of(Entry, 30, now: 100).Outcome);
    }

    [Fact]
    public void An_occurrence_that_a_change_of_its_rule_overtook_says_so()
    {
        var changed = Entry with { OwedFrom = Start.AddMinutes(7), Eras = [new ScheduleEra(Start.AddMinutes(7), new TimeSpec { Cron = "*/5 * * * *" }, Paused: false)] };

        var verdict = Of(changed, 5, now: 60);

        Assert.Equal(("skipped", "the schedule was changed at 2026-11-24 01:07:00Z, before this occurrence was dispatched"), (verdict.Outcome, verdict.Reason));
    }
}
