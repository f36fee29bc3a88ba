using ActorCron.Persistence.MongoDb.Tests.Stores;
using Akka.Persistence.Query;

namespace ActorCron.Persistence.MongoDb.Tests.Conformance;

/// <summary>The cases of Akka's specifications of current and live events by tag.</summary>
public abstract class EventsByTagConformance<TStore> : QueryConformance<TStore> where TStore : IStoreKind, new()
{
    private ICurrentEventsByTagQuery Current => Query<ICurrentEventsByTagQuery>();

    private IEventsByTagQuery Live => Query<IEventsByTagQuery>();

    [ConformanceFact]
    public async Task Current_finds_the_events_with_the_tag()
    {
        await ColoursAsync();

        var green = Run(Current.CurrentEventsByTag("green", Offset.NoOffset())).Request(2);
        await ExpectAsync(green, "a", 2, "a green apple", "green");
        await ExpectAsync(green, "a", 4, "a green banana", "green");
        await green.ExpectNoMsgAsync(AWhile);
        green.Request(5);
        await ExpectAsync(green, "b", 2, "a green leaf", "green");
        await ExpectAsync(green, "c", 1, "a green cucumber", "green");
        await green.ExpectCompleteAsync();

        var black = Run(Current.CurrentEventsByTag("black", Offset.NoOffset())).Request(5);
        await ExpectAsync(black, "b", 1, "a black car", "black");
        await black.ExpectCompleteAsync();

        var apple = Run(Current.CurrentEventsByTag("apple", Offset.NoOffset())).Request(5);
        await ExpectAsync(apple, "a", 2, "a green apple", "apple");
        await apple.ExpectCompleteAsync();
    }

    [ConformanceFact]
    public async Task Current_completes_when_no_event_has_the_tag()
    {
        await ColoursAsync();
        await Run(Current.CurrentEventsByTag("pink", Offset.NoOffset())).Request(2).ExpectCompleteAsync();
    }

    [ConformanceFact]
    public async Task Current_completes_on_an_empty_journal() =>
        await Run(Current.CurrentEventsByTag("green", Offset.NoOffset())).Request(2).ExpectCompleteAsync();

    [ConformanceFact]
    public async Task Current_does_not_see_later_events()
    {
        await NoteAsync(Notebook("a"), "a green apple", "a green banana", "a green leaf");
        var probe = Run(Current.CurrentEventsByTag("green", Offset.NoOffset())).Request(2);
        await ExpectAsync(probe, "a", 1, "a green apple", "green");
        await ExpectAsync(probe, "a", 2, "a green banana", "green");
        await probe.ExpectNoMsgAsync(AWhile);

        await NoteAsync(Notebook("c"), "a green cucumber");

        await probe.ExpectNoMsgAsync(AWhile);
        probe.Request(5);
        await ExpectAsync(probe, "a", 3, "a green leaf", "green");
        await probe.ExpectCompleteAsync();
    }

    [ConformanceFact]
    public async Task Current_begins_after_the_offset()
    {
        await ColoursAsync();
        var first = Run(Current.CurrentEventsByTag("green", Offset.NoOffset())).Request(2);
        await ExpectAsync(first, "a", 2, "a green apple", "green");
        var offset = (await ExpectAsync(first, "a", 4, "a green banana", "green")).Offset;
        first.Cancel();

        var second = Run(Current.CurrentEventsByTag("green", offset)).Request(10);

        await ExpectAsync(second, "b", 2, "a green leaf", "green");
        await ExpectAsync(second, "c", 1, "a green cucumber", "green");
        await second.ExpectCompleteAsync();
    }

    [ConformanceFact]
    public async Task Current_finds_all_of_many_events()
    {
        await NoteAsync(Notebook("a"), [.. Enumerable.Repeat("a green apple", 150)]);

        var probe = Run(Current.CurrentEventsByTag("green", Offset.NoOffset())).Request(150);

        for (var i = 1; i <= 150; i++)
            await ExpectAsync(probe, "a", i, "a green apple", "green");
        await probe.ExpectCompleteAsync();
    }

    [ConformanceFact]
    public async Task Current_envelopes_bear_a_time()
    {
        await NoteAsync(Notebook("t"), "a green apple", "a green banana");
        var probe = Run(Current.CurrentEventsByTag("green", Offset.NoOffset())).Request(2);

        Assert.True((await probe.ExpectNextAsync()).Timestamp > 0);
        Assert.True((await probe.ExpectNextAsync()).Timestamp > 0);
        probe.Cancel();
    }

    [ConformanceFact]
    public async Task Live_finds_new_events()
    {
        var (b, d) = (Notebook("b"), Notebook("d"));
        await NoteAsync(b, "a black car");
        var probe = Run(Live.EventsByTag("black", Offset.NoOffset())).Request(2);
        await ExpectAsync(probe, "b", 1, "a black car", "black");
        await probe.ExpectNoMsgAsync(AWhile);

        await NoteAsync(d, "a black dog", "a black night");

        await ExpectAsync(probe, "d", 1, "a black dog", "black");
        await probe.ExpectNoMsgAsync(AWhile);
        probe.Request(10);
        await ExpectAsync(probe, "d", 2, "a black night", "black");
        probe.Cancel();
    }

    [ConformanceFact]
    public async Task Live_begins_after_the_offset()
    {
        await ColoursAsync();
        var first = Run(Live.EventsByTag("green", Offset.NoOffset())).Request(2);
        await ExpectAsync(first, "a", 2, "a green apple", "green");
        var offset = (await ExpectAsync(first, "a", 4, "a green banana", "green")).Offset;
        first.Cancel();

        var second = Run(Live.EventsByTag("green", offset)).Request(10);

        await ExpectAsync(second, "b", 2, "a green leaf", "green");
        await ExpectAsync(second, "c", 1, "a green cucumber", "green");
        await second.ExpectNoMsgAsync(AWhile);
        second.Cancel();
    }
}
