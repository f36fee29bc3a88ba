using System.Collections.Immutable;
using ActorCron.Actors.Scheduling;
using ActorCron.Core.Jobs;
using ActorCron.Core.Limits;
using ActorCron.Core.Messages;
using ActorCron.Core.Schedules;
using ActorCron.Core.Scheduling;
using ActorCron.Core.Time;
using Akka.Actor;
using Akka.Cluster;
using Akka.TestKit;

namespace ActorCron.Actors.Tests.Scheduling;

/// <summary>What the shell of the scheduler does when its store fails or is slow, a message comes twice, or a child ends.</summary>
public class SchedulerShellTests : TestKit
{
    private readonly TestProbe _dispatcher;

    public SchedulerShellTests() : base(JournalFaults.Config + """

        akka.actor.provider = cluster
        akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
        """)
    {
        _dispatcher = CreateTestProbe();
        var cluster = Cluster.Get(Sys);
        cluster.Join(cluster.SelfAddress);
        AwaitCondition(() => cluster.State.Members.Any(member => member.Status == MemberStatus.Up), TimeSpan.FromSeconds(60));
    }

    private JournalFaults Faults => JournalFaults.Of(Sys);

    private IActorRef Scheduler()
    {
        var probe = _dispatcher.Ref;
        Func<long, Props> dispatcher = epoch => Props.Create(() => new FakeDispatcher(epoch, probe));
        Func<long, Props> limiter = epoch => Props.Create(() => new LimiterActor(epoch, new Dictionary<string, QueueLimit>(), TimeProvider.System));
        return Watch(Sys.ActorOf(Props.Create(() => new SchedulerActor(500, dispatcher, limiter, TimeProvider.System))));
    }

    private (IActorRef Scheduler, IActorRef Dispatcher) Started(long epoch = 1)
    {
        var scheduler = Scheduler();
        _dispatcher.ExpectMsg(epoch);
        return (scheduler, _dispatcher.LastSender);
    }

    private static PutSchedules EverySecond(string id)
    {
        var schedule = new Schedule { Id = id, Time = new TimeSpec { Cron = "* * * * * *" }, Job = new JobSpec("noop", "{}") };
        return new(CatalogPartitions.Of(id), [new(schedule, Precondition.None)], false);
    }

    private IEnumerable<T> Stored<T>() => Faults.Written.Where(written => written.Id == "scheduler")
        .SelectMany(written => written.Entry is SchedulerEvents several ? several.Events : ImmutableArray.Create((SchedulerEvent)written.Entry)).OfType<T>();

    [Fact]
    public void What_is_due_goes_to_the_dispatcher_and_the_mark_moves_once_it_is_on_record()
    {
        var (scheduler, dispatcher) = Started();
        scheduler.Tell(EverySecond("s"), TestActor);
        ExpectMsg<SchedulesPut>();

        var all = _dispatcher.ExpectMsg<RegisterAll>();
        Assert.Equal("s", all.Runs[0].Spec.Schedule);
        Assert.DoesNotContain(Stored<TickDispatched>(), tick => tick.Through == all.Through);

        scheduler.Tell(new AllRegistered(all.Through), dispatcher);
        scheduler.Tell(new AllRegistered(all.Through), dispatcher);
        Assert.True(_dispatcher.ExpectMsg<RegisterAll>().Through > all.Through);
        Assert.Contains(Stored<TickDispatched>(), tick => tick.Through == all.Through);
    }

    [Fact]
    public void Each_start_has_an_epoch_of_its_own_and_every_partition_has_written_before()
    {
        Started();
        Started(epoch: 2);

        Assert.Equal([1L, 2L], Stored<SchedulerStarted>().Select(started => started.Epoch));
        Assert.Equal(2 * CatalogPartitions.Count, Faults.Written.Count(written => written.Entry is CatalogEvents));
    }

    [Fact]
    public void A_scheduler_that_has_been_replaced_registers_nothing_more_and_ends()
    {
        var (old, _) = Started();
        old.Tell(EverySecond("s"), TestActor);
        ExpectMsg<SchedulesPut>();
        var all = _dispatcher.ExpectMsg<RegisterAll>();

        Started(epoch: 2);
        old.Tell(new AllRegistered(all.Through));

        ExpectTerminated(old);
        Assert.DoesNotContain(Stored<TickDispatched>(), tick => tick.Through == all.Through);
    }

    [Fact]
    public void While_the_store_stalls_nothing_is_registered()
    {
        var (scheduler, _) = Started();
        scheduler.Tell(EverySecond("s"), TestActor);
        ExpectMsg<SchedulesPut>();
        var all = _dispatcher.ExpectMsg<RegisterAll>();

        Faults.Next = id => id == "scheduler" ? JournalFault.Stalls : JournalFault.None;
        scheduler.Tell(new AllRegistered(all.Through));
        _dispatcher.ExpectNoMsg(TimeSpan.FromSeconds(1.5));
        Faults.GoOn();

        Assert.True(_dispatcher.ExpectMsg<RegisterAll>().Runs.Length > 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_scheduler_whose_store_does_not_take_its_beginning_starts_no_dispatcher_and_ends(bool refuses)
    {
        Faults.Next = id => id != "scheduler" ? JournalFault.None : refuses ? JournalFault.Refuses : JournalFault.Fails;

        ExpectTerminated(Scheduler());

        _dispatcher.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_scheduler_whose_partition_cannot_write_ends()
    {
        Faults.Next = id => id == CatalogPartitions.PersistenceId(5) ? JournalFault.Fails : JournalFault.None;

        ExpectTerminated(Scheduler());
    }

    [Theory]
    [InlineData("dispatcher")]
    [InlineData("limits")]
    [InlineData("catalog-3")]
    public async Task A_child_that_ends_ends_the_scheduler(string child)
    {
        var (scheduler, _) = Started();
        IActorRef found = ActorRefs.Nobody;
        // The dispatcher is the first of what an epoch starts.
        await AwaitAssertAsync(
            async () => found = await Sys.ActorSelection(scheduler.Path / child).ResolveOne(TimeSpan.FromSeconds(5)), TimeSpan.FromSeconds(60));

        found.Tell(PoisonPill.Instance);

        ExpectTerminated(scheduler);
    }

    [Fact]
    public void A_failure_that_a_child_reports_ends_the_scheduler_instead_of_leaving_it_deaf()
    {
        var (scheduler, dispatcher) = Started();

        scheduler.Tell(new Status.Failure(new TimeoutException("no shard answers")), dispatcher);

        ExpectTerminated(scheduler);
    }

    private sealed class FakeDispatcher : ReceiveActor
    {
        public FakeDispatcher(long epoch, IActorRef probe)
        {
            ReceiveAny(message => probe.Tell(message, Self));
            probe.Tell(epoch, Self);
        }
    }
}
