using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Schedules;
using ActorCron.Core.Scheduling;
using ActorCron.Core.Time;
using static ActorCron.Core.Tests.Scheduling.Answers;

namespace ActorCron.Core.Tests.Scheduling;

public class SpentRuleTests
{
    private static readonly Address Client = new("client");

    private readonly CatalogPartition _partition = new(0);

    public SpentRuleTests() => Step(new StartPartition(Start), 0);

    [Theory]
    [InlineData("at", -1)]
    [InlineData("at", -60)]
    [InlineData("at", -200_000_000)]
    [InlineData("endAt", -1)]
    [InlineData("endAt", -200_000_000)]
    [InlineData("cron", -1)]
    public void A_rule_that_has_had_its_time_is_refused_by_its_field_and_changes_nothing(string field, int secondsFromNow)
    {
        Put(Every("* * * * *"), 0.5);
        var instant = Start.AddSeconds(secondsFromNow);

        var outcome = Put(Every("* * * * *") with { Time = Rule(field, instant) }, 0.5);

        Assert.Equal((PutKind.Rejected, field), (outcome.Kind, outcome.Field));
        Assert.Contains("lies in the past", outcome.Reason, StringComparison.Ordinal);
        Assert.Equal("* * * * *", Entry()?.Schedule.Time.Cron);
    }

    [Fact]
    public void An_end_before_the_next_occurrence_leaves_none()
    {
        var outcome = Put(Every("0 0 1 1 *") with { Time = new TimeSpec { Cron = "0 0 1 1 *", EndAt = Start.AddDays(1) } });

        Assert.Equal((PutKind.Rejected, "endAt"), (outcome.Kind, outcome.Field));
        Assert.Contains("leaves no occurrence", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dry_run_says_so_too()
    {
        var decision = Step(new PutSchedules(0, [new ScheduleToPut(Every("x") with { Time = Rule("at", Start.AddSeconds(-5)) }, Precondition.None)], DryRun: true), 0);

        Assert.Equal(PutKind.Rejected, Assert.Single(Assert.Single(decision.Effects.Told<SchedulesPut>(Client)).Outcomes).Kind);
    }

    [Theory]
    [InlineData("at")]
    [InlineData("cron")]
    public void An_instant_of_the_current_second_runs_once(string field)
    {
        Step(new PlanDue(Start.AddSeconds(0.4), Start), 0.4);
        var outcome = Put(Every("s") with { Time = Rule(field, Start) }, 0.9);

        Assert.Equal(PutKind.Created, outcome.Kind);
        Assert.Equal(["s@2026-11-24T01:00Z"], Planned(1));
        Assert.Empty(Planned(60));
    }

    [Fact]
    public void A_schedule_that_is_changed_to_the_current_second_runs_once_and_not_by_its_old_rule()
    {
        Put(Every("*/5 * * * *"), -30);
        Put(Every("s") with { Time = Rule("at", Start.AddSeconds(61)) }, 61.7);

        Assert.Equal(["s@2026-11-24T01:00Z", "s@2026-11-24T01:01:01Z"], Planned(62));
        Assert.Empty(Planned(4000));
    }

    [Fact]
    public void What_is_stored_may_have_had_its_time()
    {
        var once = Every("s") with { Time = Rule("at", Start.AddSeconds(5)) };
        Put(once);

        Assert.Equal(PutKind.Unchanged, Put(once, 60).Kind);
        Assert.Equal(PutKind.Updated, Put(once with { Description = "done" }, 60).Kind);
        Assert.True(Assert.Single(Step(new SetPaused(0, "s", true), 60).Effects.Told<ScheduleAnswer>(Client)).Stored?.Schedule.Paused);
    }

    private static TimeSpec Rule(string field, DateTimeOffset instant) => field switch
    {
        "at" => new TimeSpec { At = instant },
        "cron" => new TimeSpec { Cron = $"@at {instant:yyyy-MM-ddTHH:mm:ssZ}" },
        _ => new TimeSpec { Cron = "* * * * *", EndAt = instant },
    };

    private PutOutcome Put(Schedule schedule, double seconds = 0) =>
        Assert.Single(Assert.Single(Step(new PutSchedules(0, [new ScheduleToPut(schedule, Precondition.None)], false), seconds).Effects.Told<SchedulesPut>(Client)).Outcomes);

    private CatalogEntry? Entry() => Assert.Single(Step(new GetEntry(0, "s"), 1).Effects.Told<EntryAnswer>(Client)).Entry;

    private IEnumerable<string> Planned(double seconds) =>
        Step(new PlanDue(Start.AddSeconds(seconds), Start), seconds).Effects.ToScheduler<Core.Scheduling.Planned>().Single().Runs.Select(run => run.Spec.Id);

    private Decision<CatalogEvent> Step(object message, double seconds)
    {
        var decision = new Decision<CatalogEvent>();
        _partition.Step(message, Client, At(seconds), decision);
        return decision;
    }
}
