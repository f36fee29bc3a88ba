using ActorCron.Actors.Scheduling;
using ActorCron.Core.Jobs;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Schedules;
using ActorCron.Core.Scheduling;
using ActorCron.Core.Time;
using Akka.Actor;

namespace ActorCron.Actors.Tests.Scheduling;

/// <summary>What the shell of a partition does when its store fails, is slow, or another one has taken over.</summary>
public class CatalogPartitionShellTests() : TestKit(JournalFaults.Config)
{
    private JournalFaults Faults => JournalFaults.Of(Sys);

    private IActorRef Partition() => Watch(Sys.ActorOf(Props.Create(() => new CatalogPartitionActor(0, new CommitSettings(100), TimeProvider.System))));

    private static PutSchedules Put(string description, Precondition? precondition = null) => new(0,
        [new(new Schedule { Id = "s", Description = description, Time = new TimeSpec { Cron = "* * * * *" }, Job = new JobSpec("noop", "{}") }, precondition ?? Precondition.None)], false);

    private StoredSchedule? Stored(IActorRef partition)
    {
        partition.Tell(new ListSchedules(0, new ScheduleQuery()), TestActor);
        return ExpectMsg<ScheduleList>().Items.SingleOrDefault();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_the_store_did_not_take_is_not_acknowledged_and_is_gone_after_a_new_start(bool refuses)
    {
        var partition = Partition();
        partition.Tell(Put("before"), TestActor);
        ExpectMsg<SchedulesPut>();

        Faults.Next = _ => refuses ? JournalFault.Refuses : JournalFault.Fails;
        partition.Tell(Put("after"), TestActor);
        ExpectTerminated(partition);

        Faults.Next = _ => JournalFault.None;
        Assert.Equal("before", Stored(Partition())?.Schedule.Description);
    }

    [Fact]
    public void What_was_stored_though_the_answer_was_lost_is_there_after_a_new_start()
    {
        var partition = Partition();
        Assert.Null(Stored(partition));

        Faults.Next = _ => JournalFault.LosesAnswer;
        partition.Tell(Put("stored"), TestActor);
        ExpectTerminated(partition);

        Faults.Next = _ => JournalFault.None;
        Assert.Equal("stored", Stored(Partition())?.Schedule.Description);
    }

    [Fact]
    public void While_the_store_stalls_nothing_is_answered_and_then_each_gets_its_own_answer_in_order()
    {
        var partition = Partition();
        Assert.Null(Stored(partition));

        Faults.Next = _ => JournalFault.Stalls;
        partition.Tell(Put("first"), TestActor);
        partition.Tell(Put("second"), TestActor);
        partition.Tell(new ListSchedules(0, new ScheduleQuery()), TestActor);
        ExpectNoMsg(TimeSpan.FromMilliseconds(200));
        Faults.GoOn();

        Assert.Equal("first", ExpectMsg<SchedulesPut>().Outcomes.Single().Stored?.Schedule.Description);
        Assert.Equal("second", ExpectMsg<SchedulesPut>().Outcomes.Single().Stored?.Schedule.Description);
        Assert.Equal("second", ExpectMsg<ScheduleList>().Items.Single().Schedule.Description);
    }

    [Fact]
    public void A_message_that_comes_twice_is_done_once()
    {
        var partition = Partition();
        partition.Tell(Put("s"), TestActor);
        partition.Tell(Put("s"), TestActor);

        Assert.Equal((PutKind.Created, PutKind.Unchanged), (ExpectMsg<SchedulesPut>().Outcomes.Single().Kind, ExpectMsg<SchedulesPut>().Outcomes.Single().Kind));
        Assert.Single(Faults.Written, written => written.Entry is CatalogEvents { Events.Length: > 0 });
    }

    [Fact]
    public void A_partition_that_has_been_replaced_and_does_not_know_it_acknowledges_nothing_more()
    {
        var old = Partition();
        old.Tell(Put("old"), TestActor);
        ExpectMsg<SchedulesPut>();

        var successor = Partition();
        Assert.Equal("old", Stored(successor)?.Schedule.Description);
        old.Tell(Put("lost"), TestActor);

        ExpectTerminated(old);
        Assert.Equal("old", Stored(successor)?.Schedule.Description);
    }
}
