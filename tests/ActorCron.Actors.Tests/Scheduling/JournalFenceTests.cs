using ActorCron.Actors.Scheduling;
using ActorCron.Core.Jobs;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Schedules;
using ActorCron.Core.Time;
using Akka.Actor;
using Akka.Persistence.Journal;

namespace ActorCron.Actors.Tests.Scheduling;

/// <summary>A number of the journal is taken as long as its entry is there: that is what stops a writer who was paused (a laptop's lid, a
/// frozen virtual machine) while its successor went on. So a snapshot must not take the newest entries along.</summary>
public class JournalFenceTests() : TestKit($$"""
    akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
    akka.persistence.journal { plugin = "noting", noting.class = "{{typeof(NotingJournal).AssemblyQualifiedName}}" }
    noting.class = "{{typeof(NotingJournal).AssemblyQualifiedName}}"
    """)
{
    private const int SnapshotEvery = 3;

    [Fact]
    public void Entries_outlive_their_snapshot_until_the_next_one()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Deleted));
        var client = CreateTestProbe();
        var settings = new CommitSettings(SnapshotEvery) { TrimAfter = TimeSpan.Zero };
        var partition = Sys.ActorOf(Props.Create(() => new CatalogPartitionActor(0, settings, TimeProvider.System)));

        for (var i = 1; i <= 20 * SnapshotEvery; i++)
        {
            partition.Tell(new PutSchedules(0, [new ScheduleToPut(new Schedule { Id = $"s{i}", Time = new TimeSpec { Cron = "* * * * *" }, Job = new JobSpec("noop", "{}") }, Precondition.None)], DryRun: false), client);
            client.ExpectMsg<SchedulesPut>();
        }

        for (var i = 0; i < 3; i++)
        {
            var deleted = ExpectMsg<Deleted>();
            Assert.True(deleted.Highest >= deleted.To + SnapshotEvery, $"deleted to {deleted.To} of {deleted.Highest}");
        }
    }

    private sealed record Deleted(long To, long Highest);

    private sealed class NotingJournal : MemoryJournal
    {
        protected override async Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken)
        {
            var highest = await ReadHighestSequenceNrAsync(persistenceId, 0, cancellationToken);
            Context.System.EventStream.Publish(new Deleted(toSequenceNr, highest));
            await base.DeleteMessagesToAsync(persistenceId, toSequenceNr, cancellationToken);
        }
    }
}
