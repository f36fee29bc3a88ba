using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Scheduling;
using static ActorCron.Core.Tests.Scheduling.Answers;

namespace ActorCron.Core.Tests.Scheduling;

public class SchedulerTests
{
    private static readonly Address Client = new("client");

    private readonly Scheduler _scheduler = new("n", 2);

    private Decision<SchedulerEvent> Step(object message, double seconds = 0)
    {
        var decision = new Decision<SchedulerEvent>();
        _scheduler.Step(message, Client, At(seconds), decision);
        return decision;
    }

    // Epoch 1, from a mark, waiting; the partitions are due as told.
    private void Started(DateTimeOffset? due0 = null, DateTimeOffset? due1 = null)
    {
        _scheduler.Restore(new SchedulerSnapshot(4, Start, [1]));
        Step(Recovered.Instance);
        Step(new PartitionReady(0));
        Step(new PartitionReady(1));
        Step(new MembersAre([1]));
        Step(new PartitionStarted(0, due0));
        Step(new PartitionStarted(1, due1));
    }

    [Fact]
    public void It_begins_once_journal_partitions_and_members_are_known_in_whatever_order()
    {
        Assert.True(Step(new PartitionReady(1)).IsEmpty);
        Assert.True(Step(new MembersAre([7, -3])).IsEmpty);
        Assert.True(Step(new PartitionReady(1)).IsEmpty);
        Assert.True(Step(Recovered.Instance).IsEmpty);

        var begun = Step(new PartitionReady(0), 0.5);

        Assert.Equal([new SchedulerStarted(Start.AddSeconds(0.5), 1, "n")], begun.Events.OfType<SchedulerStarted>());
        var seen = Assert.Single(begun.Events.OfType<MembersSeen>());
        Assert.Equal([-3, 7], seen.Uids.AsEnumerable());
        Assert.Equal((Start, true), (seen.FormedAt, seen.OwesReboots));
        Assert.Equal(1, Assert.Single(begun.Effects.OfType<StartDispatcher>()).Epoch);
        Assert.Equal([Start.AddSeconds(0.5), Start.AddSeconds(0.5)], begun.Effects.ToPartitions<StartPartition>().Select(start => start.Mark));
    }

    [Fact]
    public void What_is_for_a_partition_waits_until_the_beginning_is_stored()
    {
        Assert.True(Step(new GetEntry(1, "s")).IsEmpty);
        Step(Recovered.Instance);
        Step(new PartitionReady(0));
        Step(new PartitionReady(1));

        var begun = Step(new MembersAre([1]));

        Assert.NotEmpty(begun.Events);
        Assert.Equal(Client, Assert.Single(begun.Effects.OfType<SendToPartition>(), send => send is { Partition: 1, Message: GetEntry }).From);
        Assert.Single(Step(new GetEntry(0, "s")).Effects.ToPartitions<GetEntry>());
    }

    [Fact]
    public void A_scheduler_that_cannot_begin_holds_a_thousand_messages_and_refuses_the_others()
    {
        for (var i = 0; i < 1000; i++) Assert.True(Step(new GetEntry(1, "s")).IsEmpty);

        Assert.Single(Step(new GetEntry(1, "s")).Effects.Told<Unavailable>(Client));
        Assert.Single(Step(new GetEntry(2, "s")).Effects.Told<Unavailable>(Client));
    }

    [Fact]
    public void A_tick_asks_every_partition_and_registers_only_after_a_write_that_began_after_it()
    {
        Started(Start.AddSeconds(10), Start.AddSeconds(500));

        var tick = Step(new Due("tick"), 10);
        Assert.Equal([new TickDispatched(Start)], tick.Events);
        Assert.Equal(2, tick.AtOnce.ToPartitions<PlanDue>().Count());
        Assert.Empty(Step(new Planned(0, Start.AddSeconds(10), [RunOf(10)], null), 11).Effects);
        var planned = Step(new Planned(1, Start.AddSeconds(10), [], Start.AddSeconds(500)), 11);
        Assert.Empty(planned.AtOnce);
        Assert.Single(Assert.Single(planned.Effects.ToDispatcher<RegisterAll>()).Runs);

        Assert.Equal([new TickDispatched(Start.AddSeconds(10))], Step(new AllRegistered(Start.AddSeconds(10)), 12).Events);
    }

    [Fact]
    public void A_tick_that_begins_as_another_ends_needs_no_write_of_its_own()
    {
        Started(Start.AddSeconds(10));
        Step(new Due("tick"), 10);
        Step(new Planned(0, Start.AddSeconds(10), [RunOf(10)], Start.AddSeconds(11)), 10);
        Step(new Planned(1, Start.AddSeconds(10), [], null), 10);

        var ended = Step(new AllRegistered(Start.AddSeconds(10)), 12);

        Assert.Equal([new TickDispatched(Start.AddSeconds(10))], ended.Events);
        Assert.All(ended.AtOnce.ToPartitions<PlanDue>(), plan => Assert.Equal((Start.AddSeconds(12), Start.AddSeconds(10)), (plan.Through, plan.Mark)));
    }

    [Fact]
    public void The_mark_does_not_pass_what_a_plan_had_to_leave()
    {
        Started(Start.AddSeconds(10));
        Step(new Due("tick"), 100);
        Step(new Planned(0, Start.AddSeconds(100), [RunOf(10)], Start.AddSeconds(50)), 100);
        Step(new Planned(1, Start.AddSeconds(100), [], Start.AddSeconds(70)), 100);

        Assert.Equal([new TickDispatched(Start.AddSeconds(50).AddTicks(-1))], Step(new AllRegistered(Start.AddSeconds(100)), 101).Events);
    }

    [Fact]
    public void The_mark_does_not_go_back_where_the_clock_does()
    {
        Started(Start.AddSeconds(-20));

        Step(new Due("tick"), -10);
        Step(new Planned(0, Start.AddSeconds(-10), [RunOf(-20)], null), -10);
        Step(new Planned(1, Start.AddSeconds(-10), [], null), -10);

        Assert.Empty(Step(new AllRegistered(Start.AddSeconds(-10)), -9).Events);
        Assert.Equal(Start, _scheduler.ToSnapshot().Mark);
    }

    [Fact]
    public void Answers_of_another_tick_and_answers_that_come_twice_change_nothing()
    {
        Started(Start.AddSeconds(10));
        Step(new Due("tick"), 10);

        Assert.True(Step(new Due("tick"), 10).IsEmpty);
        Assert.True(Step(new Planned(0, Start.AddSeconds(9), [RunOf(9)], null), 10).IsEmpty);
        Assert.True(Step(new Planned(0, Start.AddSeconds(10), [RunOf(10)], null), 10).IsEmpty);
        Assert.True(Step(new Planned(0, Start.AddSeconds(10), [RunOf(10)], null), 10).IsEmpty);
        Assert.Single(Assert.Single(Step(new Planned(1, Start.AddSeconds(10), [], null), 10).Effects.ToDispatcher<RegisterAll>()).Runs);
        Assert.True(Step(new AllRegistered(Start), 10).IsEmpty);
        Assert.NotEmpty(Step(new AllRegistered(Start.AddSeconds(10)), 10).Events);
        Assert.True(Step(new AllRegistered(Start.AddSeconds(10)), 10).IsEmpty);
    }

    [Theory]
    [InlineData(30, 30_001)]
    [InlineData(-5, 1)]
    [InlineData(7200, 60_001)]
    public void It_sleeps_until_something_is_due_and_a_minute_at_most(double due, double milliseconds)
    {
        Started();

        var armed = Step(new NextDueChanged(1, Start.AddSeconds(due)));

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Assert.Single(armed.AtOnce.OfType<Effect.Arm>()).After);
    }

    [Fact]
    public void A_timer_that_comes_early_is_armed_again()
    {
        Started(Start.AddSeconds(10));

        var early = Step(new Due("tick"), 9.5);

        Assert.Empty(early.Events);
        Assert.Equal(TimeSpan.FromMilliseconds(501), Assert.Single(early.AtOnce.OfType<Effect.Arm>()).After);
    }

    [Fact]
    public void Changed_members_are_stored_and_the_same_members_in_another_order_are_not()
    {
        Started();

        Assert.Equal([1, 2], Assert.IsType<MembersSeen>(Assert.Single(Step(new MembersAre([2, 1])).Events)).Uids.AsEnumerable());
        Assert.Empty(Step(new MembersAre([1, 2])).Events);
        Assert.Empty(Step(new MembersAre([])).Events);
    }

    private static PlannedRun RunOf(double seconds) =>
        new(ScheduleCatalog.SpecOf(Every("* * * * * *"), Start.AddSeconds(seconds), Core.Runs.RunTrigger.Schedule, late: false), null);
}
