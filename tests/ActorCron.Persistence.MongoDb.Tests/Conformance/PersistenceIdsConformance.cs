using ActorCron.Persistence.MongoDb.Tests.Stores;
using Akka.Persistence;
using Akka.Persistence.Query;
using Akka.Streams.TestKit;

namespace ActorCron.Persistence.MongoDb.Tests.Conformance;

/// <summary>The cases of Akka's specifications of current and live persistence ids.</summary>
public abstract class PersistenceIdsConformance<TStore> : QueryConformance<TStore> where TStore : IStoreKind, new()
{
    [ConformanceFact]
    public async Task Current_finds_the_ids_there_are()
    {
        await NoteEachAsync("a", "b", "c");
        Assert.Equal(["a", "b", "c"], await AllAsync(3, Current().Request(4), isComplete: true));
    }

    [ConformanceFact]
    public async Task Current_gives_each_id_once()
    {
        await NoteAsync(Notebook("d"), [.. Enumerable.Repeat("d", 10)]);
        Assert.Equal(["d"], await AllAsync(1, Current().Request(10), isComplete: true));
    }

    [ConformanceFact]
    public async Task Current_does_not_see_later_ids()
    {
        await NoteEachAsync("a", "b", "c");
        var probe = Current();
        var found = await AllAsync(1, probe.Request(1));
        await probe.ExpectNoMsgAsync(AWhile);

        await NoteEachAsync("d");

        await probe.ExpectNoMsgAsync(AWhile);
        found.UnionWith(await AllAsync(2, probe.Request(5), isComplete: true));
        Assert.Equal(["a", "b", "c"], found);
    }

    [ConformanceFact]
    public async Task Live_finds_new_ids()
    {
        await NoteEachAsync("e", "f");
        var probe = Live().Request(5);
        Assert.Equal(["e", "f"], await AllAsync(2, probe));

        await NoteEachAsync("g");

        await probe.ExpectNextAsync("g");
    }

    [ConformanceFact]
    public async Task Live_finds_ids_that_come_before_they_are_asked_for()
    {
        await NoteEachAsync("h", "i");
        var probe = Live();
        var found = await AllAsync(1, probe.Request(1));
        await probe.ExpectNoMsgAsync(AWhile);

        await NoteEachAsync("j");

        found.UnionWith(await AllAsync(2, probe.Request(5)));
        Assert.Equal(["h", "i", "j"], found);
        await NoteEachAsync("k");
        await probe.ExpectNextAsync("k");
    }

    [ConformanceFact]
    public async Task Live_finds_ids_with_snapshots_as_well()
    {
        await NoteEachAsync("a", "b", "c", "d");
        SnapshotStore.Tell(new SaveSnapshot(new SnapshotMetadata("a", 12, Sys.Scheduler.Now.UtcDateTime), "s"), Probe);
        await Probe.ExpectMsgAsync<SaveSnapshotSuccess>();

        Assert.Equal(["a", "b", "c", "d"], await AllAsync(4, Live().Request(10)));
    }

    [ConformanceFact]
    public async Task Live_gives_only_what_was_asked_for()
    {
        await NoteEachAsync("k", "l", "m", "n", "o");
        var probe = Live();

        var found = await AllAsync(2, probe.Request(2));
        await probe.ExpectNoMsgAsync(AWhile);
        found.UnionWith(await AllAsync(2, probe.Request(2)));
        await probe.ExpectNoMsgAsync(AWhile);

        Assert.Equal(4, found.Count);
    }

    [ConformanceFact]
    public async Task Live_gives_each_id_once()
    {
        await NoteAsync(Notebook("p"), [.. Enumerable.Repeat("p", 10)]);
        var probe = Live().Request(10);
        await probe.ExpectNextAsync("p");
        await probe.ExpectNoMsgAsync(AWhile);

        await NoteAsync(Notebook("q"), [.. Enumerable.Repeat("q", 10)]);

        await probe.ExpectNextAsync("q");
        await probe.ExpectNoMsgAsync(AWhile);
    }

    [ConformanceFact]
    public async Task One_subscriber_outlives_another()
    {
        await NoteEachAsync("a", "b");
        var (first, second) = (Live().Request(10), Live().Request(10));
        Assert.Equal(["a", "b"], await AllAsync(2, first));
        first.Cancel();

        Assert.Equal(["a", "b"], await AllAsync(2, second));
        await NoteEachAsync("c");
        await second.ExpectNextAsync("c");
    }

    private TestSubscriber.Probe<string> Current() => Run(Query<ICurrentPersistenceIdsQuery>().CurrentPersistenceIds());

    private TestSubscriber.Probe<string> Live() => Run(Query<IPersistenceIdsQuery>().PersistenceIds());

    private async Task NoteEachAsync(params string[] ids)
    {
        foreach (var id in ids)
            await NoteAsync(Notebook(id), id);
    }

    private static async Task<SortedSet<string>> AllAsync(int count, TestSubscriber.Probe<string> probe, bool isComplete = false)
    {
        var found = new SortedSet<string>();
        for (var i = 0; i < count; i++)
            Assert.True(found.Add(await probe.ExpectNextAsync()), "An id came twice.");
        if (isComplete)
            await probe.ExpectCompleteAsync();
        return found;
    }
}
