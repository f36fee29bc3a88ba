using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence.Query;

namespace ActorCron.Persistence.MongoDb.Tests.Stores;

/// <summary>A kind of store that the conformance suites run against. One instance is one empty store.</summary>
public interface IStoreKind : IAsyncDisposable
{
    /// <summary>Why this kind cannot be tested here, or null when it can.</summary>
    static abstract string? WhyNot { get; }

    /// <summary>Akka's configuration for the store. <paramref name="journalExtras"/> go into the journal's section.</summary>
    Config Configuration(string journalExtras);

    /// <summary>Makes the store; called once.</summary>
    Task CreateAsync();

    IReadJournal ReadJournal(ActorSystem system);
}
