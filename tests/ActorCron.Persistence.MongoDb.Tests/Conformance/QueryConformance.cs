using ActorCron.Persistence.MongoDb.Tests.Stores;
using Akka;
using Akka.Actor;
using Akka.Persistence.Query;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;

namespace ActorCron.Persistence.MongoDb.Tests.Conformance;

/// <summary>What the query suites share.</summary>
public abstract class QueryConformance<TStore> : ConformanceSuite<TStore> where TStore : IStoreKind, new()
{
    protected static readonly TimeSpan AWhile = TimeSpan.FromMilliseconds(200);

    protected TQuery Query<TQuery>() where TQuery : class, IReadJournal => Assert.IsAssignableFrom<TQuery>(Store.ReadJournal(Sys));

    protected TestSubscriber.Probe<T> Run<T>(Source<T, NotUsed> source) => source.RunWith(Kit.SinkProbe<T>(), Materializer);

    /// <summary>An id with the three events x-1 to x-3.</summary>
    protected Task<IActorRef> ThreeAsync(string id) => NoteAsync(Notebook(id), $"{id}-1", $"{id}-2", $"{id}-3");

    protected async Task DeleteAsync(IActorRef notebook, long through)
    {
        notebook.Tell(new NotebookActor.Delete(through), Probe);
        await Probe.ExpectMsgAsync("deleted");
    }

    protected static async Task<EventEnvelope> ExpectAsync(
        TestSubscriber.Probe<EventEnvelope> probe, string id, long sequenceNr, string note, string? tag = null)
    {
        var envelope = await probe.ExpectNextAsync();
        Assert.Equal((id, sequenceNr, note), (envelope.PersistenceId, envelope.SequenceNr, envelope.Event));
        if (tag is not null)
            Assert.Contains(tag, envelope.Tags);
        return envelope;
    }

    /// <summary>Seven events of a, b and c, of which five are green and one is black.</summary>
    protected async Task ColoursAsync()
    {
        var (a, b, c) = (Notebook("a"), Notebook("b"), Notebook("c"));
        await NoteAsync(a, "hello", "a green apple");
        await NoteAsync(b, "a black car");
        await NoteAsync(a, "something else", "a green banana");
        await NoteAsync(b, "a green leaf");
        await NoteAsync(c, "a green cucumber");
    }
}
