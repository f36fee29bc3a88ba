using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Schedules;
using ActorCron.Core.Scheduling;
using static ActorCron.Core.Tests.Scheduling.Answers;

namespace ActorCron.Core.Tests.Scheduling;

public class CatalogPartitionTests
{
    private static readonly Address Client = new("client");
    private static readonly Address Other = new("other");

    private readonly CatalogPartition _partition = new(0);
    private readonly List<CatalogEvent> _stored = [];

    private Decision<CatalogEvent> Step(object message, double seconds = 0, Address? from = null)
    {
        var decision = new Decision<CatalogEvent>();
        _partition.Step(message, from ?? Client, At(seconds), decision);
        _stored.AddRange(decision.Events);
        return decision;
    }

    private Decision<CatalogEvent> Put(Schedule schedule, double seconds = 0, Precondition? precondition = null, bool dryRun = false, Address? from = null) =>
        Step(new PutSchedules(0, [new ScheduleToPut(schedule, precondition ?? Precondition.None)], dryRun), seconds, from);

    private static PutOutcome OutcomeOf(Decision<CatalogEvent> decision, Address? to = null) =>
        Assert.Single(Assert.Single(decision.Effects.Told<SchedulesPut>(to ?? Client)).Outcomes);

    [Fact]
    public void A_partition_that_takes_over_writes_before_it_says_anything()
    {
        var decision = Step(Recovered.Instance);

        Assert.True(decision.MustWrite);
        Assert.Empty(decision.AtOnce);
        Assert.Equal(0, Assert.Single(decision.Effects.ToScheduler<PartitionReady>()).Partition);
    }

    [Fact]
    public void Each_answer_to_a_put_carries_what_this_put_stored_though_both_are_stored_together()
    {
        var first = Put(Every("* * * * *") with { Description = "first" });
        var second = Put(Every("* * * * *") with { Description = "second" }, from: Other);

        var (a, b) = (OutcomeOf(first), OutcomeOf(second, Other));
        Assert.Equal((PutKind.Created, "first", 1L), (a.Kind, a.Stored!.Schedule.Description, a.Stored.Revision));
        Assert.Equal((PutKind.Updated, "second", 2L), (b.Kind, b.Stored!.Schedule.Description, b.Stored.Revision));
        Assert.Equal([1L, 2L], _stored.OfType<CatalogEvent.SchedulePut>().Select(put => put.Revision));
    }

    [Fact]
    public void An_answer_to_a_put_that_was_removed_before_it_was_stored_still_carries_the_put()
    {
        var put = Put(Every("* * * * *"));
        var paused = Step(new SetPaused(0, "s", true));
        Step(new RemoveSchedule(0, "s", Precondition.None));

        Assert.Equal(1, OutcomeOf(put).Stored?.Revision);
        Assert.True(Assert.Single(paused.Effects.Told<ScheduleAnswer>(Client)).Stored?.Schedule.Paused);
    }

    [Fact]
    public void Nothing_is_answered_before_the_store()
    {
        Assert.Empty(Put(Every("* * * * *")).AtOnce);
        Assert.Empty(Step(new GetEntry(0, "s")).AtOnce);
        Assert.Empty(Step(new ListSchedules(0, new ScheduleQuery())).AtOnce);
        Assert.Empty(Step(new GetDue(0, Start, null)).AtOnce);
        Assert.Single(Step(new GetEntry(0, "s")).Effects.Told<EntryAnswer>(Client));
    }

    [Fact]
    public void Two_schedules_of_one_id_in_one_request_each_get_their_own_answer()
    {
        var both = Step(new PutSchedules(0, [new(Every("* * * * *"), Precondition.None), new(Every("*/2 * * * *"), Precondition.None)], false));

        var outcomes = Assert.Single(both.Effects.Told<SchedulesPut>(Client)).Outcomes;
        Assert.Equal(["* * * * *", "*/2 * * * *"], outcomes.Select(outcome => outcome.Stored?.Schedule.Time.Cron));
        Assert.Equal([PutKind.Created, PutKind.Updated], outcomes.Select(outcome => outcome.Kind));
    }

    [Theory]
    [InlineData(null, false, false, PutKind.Updated)]
    [InlineData(1L, false, false, PutKind.Updated)]
    [InlineData(2L, false, false, PutKind.PreconditionFailed)]
    [InlineData(null, true, false, PutKind.PreconditionFailed)]
    [InlineData(null, false, true, PutKind.Updated)]
    public void A_put_keeps_its_precondition(long? revision, bool mustNotExist, bool mustExist, PutKind expected)
    {
        Put(Every("* * * * *"));

        var decision = Put(Every("*/2 * * * *"), precondition: new Precondition(revision, mustNotExist, mustExist));

        Assert.Equal(expected, OutcomeOf(decision).Kind);
        Assert.Equal(expected == PutKind.Updated ? 1 : 0, decision.Events.Count);
        Assert.Equal(expected == PutKind.Updated ? 2 : 1, OutcomeOf(decision).Stored!.Revision);
    }

    [Fact]
    public void A_dry_run_and_what_changes_nothing_store_nothing()
    {
        Assert.Equal((PutKind.Created, null), (OutcomeOf(Put(Every("* * * * *"), dryRun: true)).Kind, OutcomeOf(Put(Every("* * * * *"), dryRun: true)).Stored));
        Put(Every("* * * * *"));
        var again = Put(Every("* * * * *"), 5);

        Assert.Equal((PutKind.Unchanged, 1L), (OutcomeOf(again).Kind, OutcomeOf(again).Stored!.Revision));
        Assert.Single(_stored);
    }

    [Fact]
    public void A_question_that_cannot_be_answered_gets_an_error_and_the_next_one_its_answer()
    {
        Put(Every("* * * * *"));

        Assert.Single(Step(new ListSchedules(0, null!)).Effects.Told<Unavailable>(Client));
        Assert.Single(Assert.Single(Step(new ListSchedules(0, new ScheduleQuery())).Effects.Told<ScheduleList>(Client)).Items);
    }

    [Fact]
    public void The_scheduler_is_told_when_something_else_is_due_next_and_only_then()
    {
        Step(new StartPartition(Start));
        Assert.Equal(Start.AddMinutes(5), Assert.Single(Put(Every("*/5 * * * *")).Effects.ToScheduler<NextDueChanged>()).NextDue);
        Assert.Empty(Put(Every("*/10 * * * *", "later")).Effects.ToScheduler<NextDueChanged>());
        Assert.Equal(Start.AddMinutes(1), Assert.Single(Put(Every("* * * * *", "sooner")).Effects.ToScheduler<NextDueChanged>()).NextDue);
        Assert.Equal(Start.AddMinutes(5), Assert.Single(Step(new RemoveSchedule(0, "sooner", Precondition.None)).Effects.ToScheduler<NextDueChanged>()).NextDue);
    }

    [Fact]
    public void A_new_crontab_entry_that_runs_when_the_cluster_forms_is_told_after_it_is_stored()
    {
        var decision = Put(Reboot());

        Assert.Empty(decision.AtOnce);
        Assert.Equal("s", Assert.Single(Assert.Single(decision.Effects.ToScheduler<RebootEntriesAdded>()).Schedules).Id);
        Assert.Empty(Put(Reboot() with { Description = "again" }).Effects.ToScheduler<RebootEntriesAdded>());
    }

    [Fact]
    public void The_runs_of_a_forming_are_in_the_order_of_their_ids_and_late_crontabs_count_as_there_from_the_start()
    {
        Put(Reboot("b"), -1);
        Put(Reboot("a") with { FromCrontab = false }, -1);
        Put(Reboot("c"), 119);
        Put(Reboot("d") with { FromCrontab = false }, 1);
        Put(Reboot("e"), 121);

        var planned = Assert.Single(Step(new PlanReboot(Start), 121).Effects.ToScheduler<RebootPlanned>());

        Assert.Equal(["a", "b", "c"], planned.Runs.Select(run => run.Spec.Schedule));
    }

    [Fact]
    public void A_partition_restored_from_its_snapshot_or_its_events_is_the_same()
    {
        Put(Every("* * * * *", "b"));
        Put(Every("*/2 * * * *", "a"));
        Put(Every("*/3 * * * *", "b"), 61);
        Step(new RemoveSchedule(0, "a", Precondition.None));
        Put(Every("*/2 * * * *", "c"));

        var replayed = new CatalogPartition(0);
        foreach (var e in _stored) replayed.Apply(e);
        var restored = new CatalogPartition(0);
        restored.Restore(_partition.ToSnapshot());

        Assert.Equal(Text(_partition), Text(replayed));
        Assert.Equal(Text(_partition), Text(restored));
    }

    private static string Text(CatalogPartition partition)
    {
        var snapshot = partition.ToSnapshot();
        return snapshot.Revision + "|" + string.Join("|", snapshot.Entries.Select(entry => $"{entry.Schedule.Id} {entry.Revision} {entry.OwedFrom:O} {entry.Schedule.Time.Cron} {entry.Eras.Length}"));
    }
}
