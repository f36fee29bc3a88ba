using System.Collections.Immutable;
using ActorCron.Persistence.MongoDb.Tests.Stores;
using Akka.Actor;
using Akka.Persistence;

namespace ActorCron.Persistence.MongoDb.Tests.Conformance;

/// <summary>The cases of Akka's journal specification. Each finds five events: three alone, two persisted together.</summary>
public abstract class JournalConformance<TStore> : ConformanceSuite<TStore> where TStore : IStoreKind, new()
{
    protected override async Task PrepareAsync()
    {
        await WriteAsync(new AtomicWrite(Event(1)), new AtomicWrite(Event(2)), new AtomicWrite(Event(3)),
            new AtomicWrite(ImmutableList.Create<IPersistentRepresentation>(Event(4), Event(5))));
        for (var i = 1; i <= 5; i++)
        {
            var written = await Probe.ExpectMsgAsync<WriteMessageSuccess>();
            Assert.Equal((i, $"a-{i}"), (written.Persistent.SequenceNr, written.Persistent.Payload));
        }
    }

    [ConformanceFact]
    public Task All_events_are_replayed() => ReplaysAsync(from: 1, to: long.MaxValue, max: long.MaxValue, 1, 2, 3, 4, 5);

    [ConformanceFact]
    public Task A_replay_begins_at_its_lower_bound() => ReplaysAsync(3, long.MaxValue, long.MaxValue, 3, 4, 5);

    [ConformanceFact]
    public Task A_replay_ends_at_its_upper_bound() => ReplaysAsync(1, 3, long.MaxValue, 1, 2, 3);

    [ConformanceFact]
    public Task A_replay_ends_after_a_number_of_events() => ReplaysAsync(1, long.MaxValue, 3, 1, 2, 3);

    [ConformanceFact]
    public Task A_replay_keeps_to_both_bounds() => ReplaysAsync(2, 3, long.MaxValue, 2, 3);

    [ConformanceFact]
    public Task A_replay_keeps_to_both_bounds_and_the_number_of_events() => ReplaysAsync(2, 5, 2, 2, 3);

    [ConformanceFact]
    public Task Equal_bounds_replay_one_event() => ReplaysAsync(2, 2, long.MaxValue, 2);

    [ConformanceFact]
    public Task A_limit_of_one_replays_one_event() => ReplaysAsync(2, 4, 1, 2);

    [ConformanceFact]
    public Task A_limit_of_zero_replays_nothing() => ReplaysAsync(2, 4, 0);

    [ConformanceFact]
    public Task A_lower_bound_above_the_upper_one_replays_nothing() => ReplaysAsync(3, 2, long.MaxValue);

    [ConformanceFact]
    public Task Bounds_may_lie_inside_of_what_was_persisted_together() => ReplaysAsync(2, 4, long.MaxValue, 2, 3, 4);

    [ConformanceFact]
    public async Task An_unknown_id_has_no_events()
    {
        Journal.Tell(new ReplayMessages(0, long.MaxValue, long.MaxValue, "unknown", Probe));

        Assert.Equal(0, (await Probe.ExpectMsgAsync<RecoverySuccess>()).HighestSequenceNr);
    }

    [ConformanceFact]
    public async Task A_deleted_range_is_not_replayed()
    {
        var published = Kit.CreateTestProbe();
        Sys.EventStream.Subscribe(published, typeof(DeleteMessagesTo));

        await DeleteAsync(3);

        Assert.Equal(3, (await published.ExpectMsgAsync<DeleteMessagesTo>()).ToSequenceNr);
        await ReplaysAsync(1, long.MaxValue, long.MaxValue, 4, 5);
        await Probe.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
    }

    [ConformanceFact]
    public async Task The_highest_sequence_number_outlives_a_deletion()
    {
        await DeleteAsync(3);
        await ReplaysAsync(0, long.MaxValue, long.MaxValue, 4, 5);
    }

    [ConformanceFact]
    public async Task The_highest_sequence_number_outlives_the_deletion_of_everything()
    {
        await DeleteAsync(long.MaxValue);
        await ReplaysAsync(0, long.MaxValue, long.MaxValue);
    }

    [ConformanceFact]
    public async Task A_deletion_may_part_what_was_persisted_together()
    {
        await DeleteAsync(4);
        await ReplaysAsync(0, long.MaxValue, long.MaxValue, 5);
    }

    [ConformanceFact]
    public async Task Events_are_serialized()
    {
        var payload = new WithActorRef(Kit.CreateTestProbe());

        var (written, replayed) = await WrittenAndReplayedAsync(payload);

        Assert.Equal((Pid, 6L, payload), (written.PersistenceId, written.SequenceNr, written.Payload));
        Assert.Equal((Pid, 6L, payload), (replayed.PersistenceId, replayed.SequenceNr, replayed.Payload));
        Assert.True(replayed.Sender.IsNobody() || replayed.Sender.Equals(Sys.DeadLetters));
    }

    [ConformanceFact]
    [ExceptOn(typeof(SqlStore), "Akka.Persistence.Sql 1.5.73 stores an id of its journal instead of the event's writer.")]
    public async Task The_writer_of_an_event_is_kept()
    {
        var (written, replayed) = await WrittenAndReplayedAsync("a-6");
        Assert.Equal((WriterGuid, WriterGuid), (written.WriterGuid, replayed.WriterGuid));
    }

    [ConformanceFact]
    public async Task An_event_that_cannot_be_serialized_is_rejected_and_the_others_are_stored()
    {
        await WriteAsync(new AtomicWrite(Event(6)), new AtomicWrite(Event(7, new Unserializable())), new AtomicWrite(Event(8)));

        Assert.Equal(6, (await Probe.ExpectMsgAsync<WriteMessageSuccess>()).Persistent.SequenceNr);
        Assert.Equal(7, (await Probe.ExpectMsgAsync<WriteMessageRejected>()).Persistent.SequenceNr);
        Assert.Equal(8, (await Probe.ExpectMsgAsync<WriteMessageSuccess>()).Persistent.SequenceNr);
        await ReplaysUpToAsync(8, from: 5, to: long.MaxValue, max: long.MaxValue, 5, 6, 8);
    }

    private Persistent Event(long sequenceNr, object? payload = null) =>
        new(payload ?? $"a-{sequenceNr}", sequenceNr, Pid, "", isDeleted: false, sender: ActorRefs.NoSender, WriterGuid);

    private async Task WriteAsync(params AtomicWrite[] writes)
    {
        Journal.Tell(new WriteMessages(writes, Probe, InstanceId));
        await Probe.ExpectMsgAsync<WriteMessagesSuccessful>();
    }

    private async Task<(IPersistentRepresentation Written, IPersistentRepresentation Replayed)> WrittenAndReplayedAsync(object payload)
    {
        await WriteAsync(new AtomicWrite(Event(6, payload)));
        var written = (await Probe.ExpectMsgAsync<WriteMessageSuccess>()).Persistent;
        Journal.Tell(new ReplayMessages(6, long.MaxValue, long.MaxValue, Pid, Probe));
        var replayed = (await Probe.ExpectMsgAsync<ReplayedMessage>()).Persistent;
        Assert.Equal(6, (await Probe.ExpectMsgAsync<RecoverySuccess>()).HighestSequenceNr);
        return (written, replayed);
    }

    private async Task DeleteAsync(long through)
    {
        Journal.Tell(new DeleteMessagesTo(Pid, through, Probe));
        Assert.Equal(through, (await Probe.ExpectMsgAsync<DeleteMessagesSuccess>()).ToSequenceNr);
    }

    private Task ReplaysAsync(long from, long to, long max, params long[] expected) => ReplaysUpToAsync(5, from, to, max, expected);

    private async Task ReplaysUpToAsync(long highest, long from, long to, long max, params long[] expected)
    {
        var receiver = Kit.CreateTestProbe();
        Journal.Tell(new ReplayMessages(from, to, max, Pid, receiver));

        foreach (var sequenceNr in expected)
        {
            var replayed = (await receiver.ExpectMsgAsync<ReplayedMessage>()).Persistent;
            Assert.Equal((Pid, sequenceNr, false, $"a-{sequenceNr}"),
                (replayed.PersistenceId, replayed.SequenceNr, replayed.IsDeleted, replayed.Payload));
        }

        Assert.Equal(highest, (await receiver.ExpectMsgAsync<RecoverySuccess>()).HighestSequenceNr);
    }
}
