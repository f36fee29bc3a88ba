using ActorCron.Actors.Scheduling;
using ActorCron.Core.Jobs;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Schedules;
using ActorCron.Core.Time;
using Akka.Actor;

namespace ActorCron.Actors.Tests.Scheduling;

public class CatalogPartitionTests : TestKit
{
    private readonly IActorRef _partition;

    public CatalogPartitionTests()
    {
        _partition = Sys.ActorOf(Props.Create(() => new CatalogPartitionActor(0, new CommitSettings(100), TimeProvider.System)));
        _partition.Tell(new PutSchedules(0, [new ScheduleToPut(new Schedule { Id = "s", Time = new TimeSpec { Cron = "* * * * *" }, Job = new JobSpec("noop", "{}") }, Precondition.None)], DryRun: false), TestActor);
        ExpectMsg<SchedulesPut>();
    }

    [Fact]
    public void A_question_that_cannot_be_answered_gets_an_error_and_the_next_one_its_answer()
    {
        _partition.Tell(new ListSchedules(0, null!), TestActor);
        Assert.StartsWith("the catalogue cannot answer this question", ExpectMsg<Unavailable>().Reason, StringComparison.Ordinal);

        _partition.Tell(new ListSchedules(0, new ScheduleQuery()), TestActor);
        Assert.Equal("s", Assert.Single(ExpectMsg<ScheduleList>().Items).Schedule.Id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_ends_of_the_calendar_are_answered(bool last)
    {
        _partition.Tell(new GetDue(0, last ? DateTimeOffset.MaxValue : DateTimeOffset.MinValue, null), TestActor);

        ExpectMsg<ScheduleList>();
    }

    [Fact]
    public void An_empty_prefix_is_none()
    {
        _partition.Tell(new ListSchedules(0, new ScheduleQuery { Prefix = "" }), TestActor);

        Assert.Single(ExpectMsg<ScheduleList>().Items);
    }
}
