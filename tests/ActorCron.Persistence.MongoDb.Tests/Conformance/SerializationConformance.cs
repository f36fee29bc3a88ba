using ActorCron.Persistence.MongoDb.Tests.Stores;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Fsm;

namespace ActorCron.Persistence.MongoDb.Tests.Conformance;

/// <summary>The cases of Akka's serialization specifications for journals and snapshot stores.</summary>
public abstract class SerializationConformance<TStore> : ConformanceSuite<TStore> where TStore : IStoreKind, new()
{
    [ConformanceFact]
    public async Task An_event_goes_through_its_serializer() =>
        Assert.Equal(new Typed(".a."), (await StoredAndReplayedAsync(new Typed("a"))).Payload);

    [ConformanceFact]
    public async Task An_event_keeps_its_serializers_manifest() =>
        Assert.Equal(new WithManifest(".b.", 5), (await StoredAndReplayedAsync(new WithManifest("b", 5))).Payload);

    [ConformanceFact]
    [ExceptOn(typeof(SqlStore), "Akka.Persistence.Sql 1.5.73 has one column for manifests, which the serializer's takes.")]
    public async Task An_event_keeps_its_adapters_manifest()
    {
        var replayed = await StoredAndReplayedAsync(new Typed("item1"));
        Assert.Equal(("First-Manifest", new Typed(".item1.")), (replayed.Manifest, replayed.Payload));
    }

    [ConformanceFact]
    public async Task A_state_change_of_a_persistent_FSM_comes_back()
    {
        var replayed = await StoredAndReplayedAsync(new PersistentFSM.StateChangeEvent("init", TimeSpan.FromSeconds(342)));

        var change = Assert.IsType<PersistentFSM.StateChangeEvent>(replayed.Payload);
        Assert.Equal(("init", TimeSpan.FromSeconds(342)), (change.StateIdentifier, change.Timeout));
    }

    [ConformanceFact]
    public async Task A_snapshot_goes_through_its_serializer() => Assert.Equal(new Typed(".a."), await SavedAndLoadedAsync(new Typed("a")));

    [ConformanceFact]
    public async Task A_snapshot_keeps_its_serializers_manifest() =>
        Assert.Equal(new WithManifest(".b.", 5), await SavedAndLoadedAsync(new WithManifest("b", 5)));

    [ConformanceFact]
    public async Task A_snapshot_of_AtLeastOnceDelivery_comes_back()
    {
        var snapshot = new AtLeastOnceDeliverySnapshot(17,
            [new(1, Kit.TestActor.Path, "a"), new(2, Kit.TestActor.Path, "b"), new(3, Kit.TestActor.Path, 42)]);
        Assert.Equal(snapshot, await SavedAndLoadedAsync(snapshot));
    }

    [ConformanceFact]
    public async Task A_snapshot_of_AtLeastOnceDelivery_without_deliveries_comes_back() =>
        Assert.Equal(new AtLeastOnceDeliverySnapshot(13, []), await SavedAndLoadedAsync(new AtLeastOnceDeliverySnapshot(13, [])));

    [ConformanceFact]
    public async Task A_snapshot_of_a_persistent_FSM_comes_back()
    {
        var snapshot = new PersistentFSM.PersistentFSMSnapshot<string>("mystate", "mydata", TimeSpan.FromDays(4));
        Assert.Equal(snapshot, await SavedAndLoadedAsync(snapshot));
    }

    private async Task<IPersistentRepresentation> StoredAndReplayedAsync(object payload)
    {
        var stored = new Persistent(payload, 1, Pid, null, isDeleted: false, sender: null, WriterGuid);
        Journal.Tell(new WriteMessages([new AtomicWrite(stored)], Probe, InstanceId));
        await Probe.ExpectMsgAsync<WriteMessagesSuccessful>();
        await Probe.ExpectMsgAsync<WriteMessageSuccess>();

        Journal.Tell(new ReplayMessages(0, long.MaxValue, long.MaxValue, Pid, Probe));
        var replayed = (await Probe.ExpectMsgAsync<ReplayedMessage>()).Persistent;
        await Probe.ExpectMsgAsync<RecoverySuccess>();
        Assert.Equal((Pid, 1L), (replayed.PersistenceId, replayed.SequenceNr));
        return replayed;
    }

    private async Task<object> SavedAndLoadedAsync(object snapshot)
    {
        SnapshotStore.Tell(new SaveSnapshot(new SnapshotMetadata(Pid, 2, Sys.Scheduler.Now.UtcDateTime), snapshot), Probe);
        await Probe.ExpectMsgAsync<SaveSnapshotSuccess>();
        SnapshotStore.Tell(new LoadSnapshot(Pid, SnapshotSelectionCriteria.Latest, long.MaxValue), Probe);
        return (await Probe.ExpectMsgAsync<LoadSnapshotResult>()).Snapshot.Snapshot;
    }
}
