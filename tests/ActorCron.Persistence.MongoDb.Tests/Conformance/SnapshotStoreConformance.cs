using ActorCron.Persistence.MongoDb.Tests.Stores;
using Akka.Persistence;

namespace ActorCron.Persistence.MongoDb.Tests.Conformance;

/// <summary>The cases of Akka's snapshot store specification. Each finds five snapshots, s-1 to s-5, at the sequence
/// numbers 11 to 15.</summary>
public abstract class SnapshotStoreConformance<TStore> : ConformanceSuite<TStore> where TStore : IStoreKind, new()
{
    private readonly List<SnapshotMetadata> _saved = [];

    protected override async Task PrepareAsync()
    {
        for (var i = 1; i <= 5; i++)
            _saved.Add(await SaveAsync(new SnapshotMetadata(Pid, i + 10, Sys.Scheduler.Now.UtcDateTime), $"s-{i}"));
    }

    [ConformanceFact]
    public async Task An_unknown_id_has_no_snapshot() =>
        Assert.Null(await LoadAsync(SnapshotSelectionCriteria.Latest, persistenceId: "unknown"));

    [ConformanceFact]
    public async Task A_snapshot_after_the_time_bound_is_not_loaded() =>
        Assert.Null(await LoadAsync(new SnapshotSelectionCriteria(long.MaxValue, new DateTime(100000))));

    [ConformanceFact]
    public async Task A_snapshot_above_the_sequence_number_bound_is_not_loaded()
    {
        Assert.Null(await LoadAsync(new SnapshotSelectionCriteria(7)));
        Assert.Null(await LoadAsync(SnapshotSelectionCriteria.Latest, toSequenceNr: 7));
    }

    [ConformanceFact]
    public async Task The_newest_snapshot_is_loaded() => Expect(5, await LoadAsync(SnapshotSelectionCriteria.Latest));

    [ConformanceFact]
    public async Task The_newest_snapshot_up_to_a_sequence_number_is_loaded()
    {
        Expect(3, await LoadAsync(new SnapshotSelectionCriteria(13)));
        Expect(3, await LoadAsync(SnapshotSelectionCriteria.Latest, toSequenceNr: 13));
    }

    [ConformanceFact]
    public async Task The_newest_snapshot_up_to_a_sequence_number_and_a_time_is_loaded()
    {
        Expect(3, await LoadAsync(new SnapshotSelectionCriteria(13, _saved[2].Timestamp)));
        Expect(3, await LoadAsync(new SnapshotSelectionCriteria(long.MaxValue, _saved[2].Timestamp), toSequenceNr: 13));
    }

    [ConformanceFact]
    public async Task One_snapshot_is_deleted_by_its_metadata()
    {
        await DeleteAsync(new DeleteSnapshot(_saved[2]));
        Expect(2, await LoadAsync(new SnapshotSelectionCriteria(13)));
    }

    [ConformanceFact]
    public async Task One_snapshot_is_deleted_by_its_sequence_number_alone()
    {
        await DeleteAsync(new DeleteSnapshot(new SnapshotMetadata(Pid, 13, DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc))));
        Expect(2, await LoadAsync(new SnapshotSelectionCriteria(13)));
    }

    [ConformanceFact]
    public async Task A_snapshot_newer_than_the_metadata_is_not_deleted()
    {
        await DeleteAsync(new DeleteSnapshot(new SnapshotMetadata(Pid, 13, _saved[2].Timestamp - TimeSpan.FromSeconds(2))));
        Expect(3, await LoadAsync(new SnapshotSelectionCriteria(13)));
    }

    [ConformanceFact]
    public async Task Snapshots_within_both_bounds_are_deleted()
    {
        await DeleteAsync(new DeleteSnapshots(Pid, new SnapshotSelectionCriteria(13, _saved[2].Timestamp)));

        Assert.Null(await LoadAsync(new SnapshotSelectionCriteria(13, _saved[2].Timestamp)));
        Expect(4, await LoadAsync(new SnapshotSelectionCriteria(14, _saved[3].Timestamp)));
    }

    [ConformanceFact]
    public async Task Snapshots_after_the_time_bound_are_not_deleted()
    {
        var justBefore = _saved[3].Timestamp - TimeSpan.FromTicks(1);
        await DeleteAsync(new DeleteSnapshots(Pid, new SnapshotSelectionCriteria(14, justBefore)));
        Expect(4, await LoadAsync(new SnapshotSelectionCriteria(14, _saved[3].Timestamp)));
    }

    [ConformanceFact]
    public async Task A_snapshot_at_the_same_sequence_number_is_overwritten()
    {
        await SaveAsync(_saved[4], "s-5-changed");

        var loaded = await LoadAsync(new SnapshotSelectionCriteria(15));
        Assert.Equal((15L, "s-5-changed"), (loaded!.Metadata.SequenceNr, loaded.Snapshot));
    }

    [ConformanceFact]
    public async Task A_larger_snapshot_comes_back_whole()
    {
        var large = new byte[1_000_000];
        new Random(1).NextBytes(large);

        await SaveAsync(new SnapshotMetadata(Pid, 100, Sys.Scheduler.Now.UtcDateTime), large);

        Assert.Equal(large, (await LoadAsync(SnapshotSelectionCriteria.Latest))!.Snapshot);
    }

    [ConformanceFact]
    public async Task Snapshots_are_serialized()
    {
        var snapshot = new WithActorRef(Kit.CreateTestProbe());

        await SaveAsync(new SnapshotMetadata(Pid, 100, Sys.Scheduler.Now.UtcDateTime), snapshot);

        var loaded = await LoadAsync(SnapshotSelectionCriteria.Latest);
        Assert.Equal((Pid, 100L, snapshot), (loaded!.Metadata.PersistenceId, loaded.Metadata.SequenceNr, loaded.Snapshot));
    }

    private async Task<SnapshotMetadata> SaveAsync(SnapshotMetadata metadata, object snapshot)
    {
        SnapshotStore.Tell(new SaveSnapshot(metadata, snapshot), Probe);
        return (await Probe.ExpectMsgAsync<SaveSnapshotSuccess>()).Metadata;
    }

    private async Task<SelectedSnapshot?> LoadAsync(
        SnapshotSelectionCriteria criteria, long toSequenceNr = long.MaxValue, string? persistenceId = null)
    {
        SnapshotStore.Tell(new LoadSnapshot(persistenceId ?? Pid, criteria, toSequenceNr), Probe);
        var result = await Probe.ExpectMsgAsync<LoadSnapshotResult>();
        Assert.Equal(toSequenceNr, result.ToSequenceNr);
        return result.Snapshot;
    }

    // Also published to whoever subscribes, as with every plugin.
    private async Task DeleteAsync(object command)
    {
        var published = Kit.CreateTestProbe();
        Sys.EventStream.Subscribe(published, command.GetType());
        SnapshotStore.Tell(command, Probe);
        Assert.Equal(command, await published.ExpectMsgAsync<object>());
        Assert.True(await Probe.ExpectMsgAsync<object>() is DeleteSnapshotSuccess or DeleteSnapshotsSuccess);
    }

    private void Expect(int number, SelectedSnapshot? loaded) =>
        Assert.Equal(($"s-{number}", _saved[number - 1]), (loaded?.Snapshot, loaded?.Metadata));
}
