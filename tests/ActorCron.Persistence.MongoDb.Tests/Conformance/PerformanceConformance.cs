using System.Diagnostics;
using ActorCron.Persistence.MongoDb.Tests.Stores;
using Akka.Actor;
using Akka.Persistence;
using Xunit.Abstractions;

namespace ActorCron.Persistence.MongoDb.Tests.Conformance;

/// <summary>The cases of Akka's journal performance specification: that each way of persisting, and recovery, gets through
/// its load in time. The rates are printed, not judged.</summary>
public abstract class PerformanceConformance<TStore>(ITestOutputHelper output) : ConformanceSuite<TStore> where TStore : IStoreKind, new()
{
    private const int Load = 500;

    [ConformanceFact]
    public Task Persist() => MeasureAsync(Bulk.Way.Persist, events: 100);

    [ConformanceFact]
    public Task PersistAll() => MeasureAsync(Bulk.Way.PersistAll, Load);

    [ConformanceFact]
    public Task PersistAsync() => MeasureAsync(Bulk.Way.PersistAsync, Load);

    [ConformanceFact]
    public Task PersistAllAsync() => MeasureAsync(Bulk.Way.PersistAllAsync, Load);

    [ConformanceFact]
    public async Task Groups_of_actors()
    {
        foreach (var size in new[] { 10, 25, 50, 100 })
            await MeasureAsync(Bulk.Way.PersistAsync, Load / size, actors: size);
    }

    [ConformanceFact]
    public async Task Recovery_of_one_two_and_four()
    {
        await MeasureAsync(Bulk.Way.PersistAllAsync, Load);
        foreach (var actors in new[] { 1, 2, 4 })
        {
            var watch = Stopwatch.StartNew();
            for (var i = 0; i < actors; i++)
                Sys.ActorOf(Props.Create(() => new Bulk("PersistAllAsync-1-0", Probe)));
            for (var i = 0; i < actors; i++)
                Assert.Equal(Load, (await Probe.ExpectMsgAsync<Bulk.Recovered>()).Events);
            output.WriteLine($"recovery of {actors}: {actors * Load / watch.Elapsed.TotalSeconds:0} events/s");
        }
    }

    private async Task MeasureAsync(Bulk.Way way, int events, int actors = 1)
    {
        var refs = Enumerable.Range(0, actors).Select(i => Sys.ActorOf(Props.Create(() => new Bulk($"{way}-{actors}-{i}", Probe)))).ToList();
        foreach (var _ in refs)
            Assert.Equal(0, (await Probe.ExpectMsgAsync<Bulk.Recovered>()).Events);

        var watch = Stopwatch.StartNew();
        foreach (var actor in refs)
            actor.Tell(new Bulk.Store(way, events));
        foreach (var _ in refs)
            Assert.Equal(events, (await Probe.ExpectMsgAsync<Bulk.Stored>()).Events);
        output.WriteLine($"{way}, {actors} actors: {actors * events / watch.Elapsed.TotalSeconds:0} events/s");
    }

    /// <summary>Stores numbers in one of four ways, and counts what comes back.</summary>
    private sealed class Bulk : ReceivePersistentActor
    {
        private int _recovered;
        private int _stored;

        public Bulk(string persistenceId, IActorRef listener)
        {
            PersistenceId = persistenceId;
            Recover<int>(_ => _recovered++);
            Recover<RecoveryCompleted>(_ => listener.Tell(new Recovered(_recovered)));
            Command<Store>(store =>
            {
                var numbers = Enumerable.Range(1, store.Events).ToList();
                void OnStored(int number)
                {
                    if (++_stored == store.Events)
                        listener.Tell(new Stored(_stored));
                }

                switch (store.Way)
                {
                    case Way.Persist: numbers.ForEach(number => Persist(number, OnStored)); break;
                    case Way.PersistAll: PersistAll(numbers, OnStored); break;
                    case Way.PersistAsync: numbers.ForEach(number => PersistAsync(number, OnStored)); break;
                    case Way.PersistAllAsync: PersistAllAsync(numbers, OnStored); break;
                    default: throw new ArgumentOutOfRangeException(nameof(store), store.Way, "Unknown way.");
                }
            });
        }

        public enum Way { Persist, PersistAll, PersistAsync, PersistAllAsync }

        public override string PersistenceId { get; }

        public sealed record Store(Way Way, int Events);

        public sealed record Stored(int Events);

        public sealed record Recovered(int Events);
    }
}
