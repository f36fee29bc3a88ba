using ActorCron.Persistence.MongoDb.Tests.Stores;
using Akka.Persistence.Query;

namespace ActorCron.Persistence.MongoDb.Tests.Conformance;

/// <summary>The cases of Akka's specifications of all current and live events.</summary>
public abstract class AllEventsConformance<TStore> : QueryConformance<TStore> where TStore : IStoreKind, new()
{
    private ICurrentAllEventsQuery Current => Query<ICurrentAllEventsQuery>();

    private IAllEventsQuery Live => Query<IAllEventsQuery>();

    [ConformanceFact]
    public async Task Current_finds_the_events_there_are_and_no_later_ones()
    {
        await HelloWorldTestAsync();
        var probe = Run(Current.CurrentAllEvents(Offset.NoOffset())).Request(2);
        await ExpectAsync(probe, "a", 1, "hello");
        await ExpectAsync(probe, "a", 2, "world");
        await probe.ExpectNoMsgAsync(AWhile);

        await NoteAsync(Notebook("c"), "later");

        await probe.ExpectNoMsgAsync(AWhile);
        probe.Request(5);
        await ExpectAsync(probe, "b", 1, "test");
        await probe.ExpectCompleteAsync();
    }

    [ConformanceFact]
    public async Task Current_completes_on_an_empty_journal() =>
        await Run(Current.CurrentAllEvents(Offset.NoOffset())).Request(2).ExpectCompleteAsync();

    [ConformanceFact]
    public async Task Current_begins_after_the_offset()
    {
        await HelloWorldTestAsync();
        var first = Run(Current.CurrentAllEvents(Offset.NoOffset())).Request(2);
        await ExpectAsync(first, "a", 1, "hello");
        var offset = (await ExpectAsync(first, "a", 2, "world")).Offset;
        first.Cancel();

        var second = Run(Current.CurrentAllEvents(offset)).Request(10);

        await ExpectAsync(second, "b", 1, "test");
        await second.ExpectCompleteAsync();
    }

    [ConformanceFact]
    public async Task Current_finds_all_of_many_events()
    {
        await NoteAsync(Notebook("a"), [.. Enumerable.Repeat("a green apple", 150)]);

        var probe = Run(Current.CurrentAllEvents(Offset.NoOffset())).Request(150);

        for (var i = 1; i <= 150; i++)
            await ExpectAsync(probe, "a", i, "a green apple");
        await probe.ExpectCompleteAsync();
    }

    [ConformanceFact]
    public async Task Live_finds_new_events()
    {
        var a = await NoteAsync(Notebook("a"), "hello");
        var probe = Run(Live.AllEvents(Offset.NoOffset())).Request(2);
        await ExpectAsync(probe, "a", 1, "hello");
        await probe.ExpectNoMsgAsync(AWhile);

        await NoteAsync(a, "world");
        await NoteAsync(Notebook("b"), "test");

        await ExpectAsync(probe, "a", 2, "world");
        await probe.ExpectNoMsgAsync(AWhile);
        probe.Request(10);
        await ExpectAsync(probe, "b", 1, "test");
        probe.Cancel();
    }

    [ConformanceFact]
    public async Task Live_begins_after_the_offset()
    {
        await HelloWorldTestAsync();
        var first = Run(Live.AllEvents(Offset.NoOffset())).Request(2);
        await ExpectAsync(first, "a", 1, "hello");
        var offset = (await ExpectAsync(first, "a", 2, "world")).Offset;
        first.Cancel();

        var second = Run(Live.AllEvents(offset)).Request(10);

        await ExpectAsync(second, "b", 1, "test");
        await second.ExpectNoMsgAsync(AWhile);
        second.Cancel();
    }

    private async Task HelloWorldTestAsync()
    {
        await NoteAsync(Notebook("a"), "hello", "world");
        await NoteAsync(Notebook("b"), "test");
    }
}
