using ActorCron.Persistence.MongoDb.Tests.Stores;
using Akka.Persistence.Query;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;

namespace ActorCron.Persistence.MongoDb.Tests.Conformance;

/// <summary>The cases of Akka's specifications of current and live events by persistence id.</summary>
public abstract class EventsByPersistenceIdConformance<TStore> : QueryConformance<TStore> where TStore : IStoreKind, new()
{
    [ConformanceFact]
    public async Task Current_finds_the_events_there_are()
    {
        await ThreeAsync("a");
        var probe = Current("a", 0, long.MaxValue);

        await probe.Request(2).ExpectNextAsync("a-1");
        await probe.ExpectNextAsync("a-2");
        await probe.ExpectNoMsgAsync(AWhile);
        await probe.Request(2).ExpectNextAsync("a-3");
        await probe.ExpectCompleteAsync();
    }

    [ConformanceFact]
    public async Task Current_finds_events_up_to_a_sequence_number()
    {
        await ThreeAsync("b");
        await ExpectAllAsync(Current("b", 0, 2).Request(5), "b-1", "b-2");
    }

    [ConformanceFact]
    public async Task Current_does_not_see_later_events()
    {
        var notebook = await ThreeAsync("f");
        var probe = Current("f", 0, long.MaxValue);
        await probe.Request(2).ExpectNextAsync("f-1");
        await probe.ExpectNextAsync("f-2");
        await probe.ExpectNoMsgAsync(AWhile);

        await NoteAsync(notebook, "f-4");

        await probe.ExpectNoMsgAsync(AWhile);
        await ExpectAllAsync(probe.Request(5), "f-3");
    }

    [ConformanceFact]
    public async Task Current_is_empty_when_everything_was_deleted()
    {
        await DeleteAsync(await ThreeAsync("g"), 3);
        await ExpectAllAsync(Current("g", 0, long.MaxValue).Request(1));
        await ExpectAllAsync(Current("g", 0, 0).Request(1));
    }

    [ConformanceFact]
    public async Task Current_finds_what_a_deletion_left()
    {
        await DeleteAsync(await ThreeAsync("h"), 2);
        await ExpectAllAsync(Current("h", 0, long.MaxValue).Request(1), "h-3");
    }

    [ConformanceFact]
    public async Task Current_is_empty_for_an_actor_without_events()
    {
        Notebook("i");
        await ExpectAllAsync(Current("i", 0, long.MaxValue).Request(1));
        await ExpectAllAsync(Current("i", 0, 0).Request(1));
    }

    [ConformanceFact]
    public async Task Current_is_empty_from_zero_to_zero()
    {
        await ThreeAsync("k");
        await ExpectAllAsync(Current("k", 0, 0).Request(1));
    }

    [ConformanceFact]
    public async Task Current_is_empty_above_the_highest_sequence_number()
    {
        await ThreeAsync("l");
        await ExpectAllAsync(Current("l", 4, 3).Request(1));
        await ExpectAllAsync(Current("l", 4, long.MaxValue).Request(1));
    }

    [ConformanceFact]
    public async Task Current_envelopes_bear_a_time()
    {
        await ThreeAsync("m");
        var probe = Run(Query<ICurrentEventsByPersistenceIdQuery>().CurrentEventsByPersistenceId("m", 0, long.MaxValue)).Request(5);

        for (var i = 1; i <= 3; i++)
            Assert.True((await probe.ExpectNextAsync()).Timestamp > 0);
        await probe.ExpectCompleteAsync();
    }

    [ConformanceFact]
    public async Task Live_finds_new_events()
    {
        var notebook = await ThreeAsync("c");
        var probe = Live("c", 0, long.MaxValue).Request(5);
        await ExpectNextsAsync(probe, "c-1", "c-2", "c-3");

        await NoteAsync(notebook, "c-4");

        await probe.ExpectNextAsync("c-4");
    }

    [ConformanceFact]
    public async Task Live_ends_at_its_upper_bound()
    {
        var notebook = await ThreeAsync("d");
        var probe = Live("d", 0, 4).Request(5);
        await ExpectNextsAsync(probe, "d-1", "d-2", "d-3");

        await NoteAsync(notebook, "d-4");

        await ExpectAllAsync(probe, "d-4");
    }

    [ConformanceFact]
    public async Task Live_gives_only_what_was_asked_for()
    {
        var notebook = await ThreeAsync("e");
        var probe = Live("e", 0, long.MaxValue).Request(2);
        await ExpectNextsAsync(probe, "e-1", "e-2");
        await probe.ExpectNoMsgAsync(AWhile);

        await NoteAsync(notebook, "e-4");

        await probe.ExpectNoMsgAsync(AWhile);
        await ExpectNextsAsync(probe.Request(5), "e-3", "e-4");
    }

    [ConformanceFact]
    public async Task Live_envelopes_bear_a_time()
    {
        await ThreeAsync("n");
        var probe = Run(Query<IEventsByPersistenceIdQuery>().EventsByPersistenceId("n", 0, long.MaxValue)).Request(5);

        Assert.True((await probe.ExpectNextAsync()).Timestamp > 0);
        Assert.True((await probe.ExpectNextAsync()).Timestamp > 0);
        probe.Cancel();
    }

    private TestSubscriber.Probe<object> Current(string id, long from, long to) => Run(
        Query<ICurrentEventsByPersistenceIdQuery>().CurrentEventsByPersistenceId(id, from, to).Select(envelope => envelope.Event));

    private TestSubscriber.Probe<object> Live(string id, long from, long to) => Run(
        Query<IEventsByPersistenceIdQuery>().EventsByPersistenceId(id, from, to).Select(envelope => envelope.Event));

    private static async Task ExpectNextsAsync(TestSubscriber.Probe<object> probe, params string[] events)
    {
        foreach (var expected in events)
            Assert.Equal(expected, await probe.ExpectNextAsync());
    }

    private static async Task ExpectAllAsync(TestSubscriber.Probe<object> probe, params string[] events)
    {
        await ExpectNextsAsync(probe, events);
        await probe.ExpectCompleteAsync();
    }
}
