using ActorCron.Actors.Clocks;
using Akka.Actor;
using Microsoft.Extensions.Time.Testing;

namespace ActorCron.Actors.Tests.Clocks;

/// <summary>An actor system whose timers come from a clock in the test's hands.</summary>
public sealed class TimeProviderSchedulerTests : TestKit
{
    // The time that the probe's own patience is measured by stays the machine's.
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2027, 3, 28, 0, 59, 0, TimeSpan.Zero));
    private readonly ActorSystem _system;

    public TimeProviderSchedulerTests() => _system = ActorSystem.Create("clock", TimeProviderScheduler.ConfigFor(_time));

    private IScheduler Scheduler => _system.Scheduler;

    [Fact]
    public void The_actor_systems_time_is_the_clocks() => Assert.Equal(_time.GetUtcNow(), Scheduler.Now);

    [Fact]
    public void A_timer_fires_when_the_clock_says_so_and_not_before()
    {
        Scheduler.ScheduleTellOnce(TimeSpan.FromHours(1), TestActor, "due", ActorRefs.NoSender);

        _time.Advance(TimeSpan.FromMinutes(59));
        Scheduler.ScheduleTellOnce(TimeSpan.Zero, TestActor, "before", ActorRefs.NoSender);
        _time.Advance(TimeSpan.FromTicks(1));
        ExpectMsg("before");
        _time.Advance(TimeSpan.FromMinutes(1));
        ExpectMsg("due");
    }

    [Fact]
    public void A_repeated_timer_fires_for_each_of_its_times_however_far_the_clock_is_set_at_once()
    {
        Scheduler.ScheduleTellRepeatedly(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TestActor, "tick", ActorRefs.NoSender);

        _time.Advance(TimeSpan.FromSeconds(5));
        Scheduler.ScheduleTellOnce(TimeSpan.Zero, TestActor, "end", ActorRefs.NoSender);
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(["tick", "tick", "tick", "tick", "tick", "end"], ReceiveN(6).Cast<string>());
    }

    [Fact]
    public void A_timer_that_was_cancelled_does_not_fire()
    {
        var cancelled = Scheduler.ScheduleTellOnceCancelable(TimeSpan.FromSeconds(1), TestActor, "cancelled", ActorRefs.NoSender);
        Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(2), TestActor, "other", ActorRefs.NoSender);
        cancelled.Cancel();

        _time.Advance(TimeSpan.FromSeconds(3));

        ExpectMsg("other");
    }

    [Fact]
    public void Work_that_throws_ends_no_other()
    {
        Scheduler.Advanced.ScheduleOnce(TimeSpan.FromSeconds(1), () => throw new InvalidOperationException("planned"));
        Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(1), TestActor, "other", ActorRefs.NoSender);

        _time.Advance(TimeSpan.FromSeconds(1));

        ExpectMsg("other");
    }

    [Fact]
    public async Task After_the_system_has_ended_nothing_fires()
    {
        Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(1), TestActor, "late", ActorRefs.NoSender);
        await _system.Terminate();

        _time.Advance(TimeSpan.FromSeconds(2));

        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    protected override void AfterAll()
    {
        _ = _system.Terminate();
        base.AfterAll();
    }
}
