using ActorCron.Persistence.MongoDb.Tests.Stores;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Streams;
using Akka.TestKit;

namespace ActorCron.Persistence.MongoDb.Tests.Conformance;

/// <summary>Gives each case an actor system of its own over an empty store.</summary>
public abstract class ConformanceSuite<TStore> : IAsyncLifetime where TStore : IStoreKind, new()
{
    private static readonly Config Common = ConfigurationFactory.ParseString(
        """
        akka.loglevel = WARNING
        akka.persistence.publish-plugin-commands = on
        akka.actor {
          serializers {
            conformance-typed = "ActorCron.Persistence.MongoDb.Tests.Conformance.TypedSerializer, ActorCron.Persistence.MongoDb.Tests"
            conformance-manifest = "ActorCron.Persistence.MongoDb.Tests.Conformance.ManifestSerializer, ActorCron.Persistence.MongoDb.Tests"
          }
          serialization-bindings {
            "ActorCron.Persistence.MongoDb.Tests.Conformance.Typed, ActorCron.Persistence.MongoDb.Tests" = conformance-typed
            "ActorCron.Persistence.MongoDb.Tests.Conformance.WithManifest, ActorCron.Persistence.MongoDb.Tests" = conformance-manifest
            "ActorCron.Persistence.MongoDb.Tests.Conformance.WithActorRef, ActorCron.Persistence.MongoDb.Tests" = conformance-manifest
            "ActorCron.Persistence.MongoDb.Tests.Conformance.Unserializable, ActorCron.Persistence.MongoDb.Tests" = conformance-manifest
          }
        }
        """);

    private const string Adapters =
        """
        event-adapters {
          colours = "ActorCron.Persistence.MongoDb.Tests.Conformance.ColourTagger, ActorCron.Persistence.MongoDb.Tests"
          manifests = "ActorCron.Persistence.MongoDb.Tests.Conformance.ManifestAdapter, ActorCron.Persistence.MongoDb.Tests"
        }
        event-adapter-bindings {
          "System.String" = colours
          "ActorCron.Persistence.MongoDb.Tests.Conformance.Typed, ActorCron.Persistence.MongoDb.Tests" = manifests
        }
        """;

    protected const int InstanceId = 1;

    protected TStore Store { get; } = new();

    protected TestKit Kit { get; private set; } = null!;

    protected ActorSystem Sys => Kit.Sys;

    protected PersistenceExtension Extension => Akka.Persistence.Persistence.Instance.Apply(Sys);

    protected IActorRef Journal => Extension.JournalFor(null);

    protected IActorRef SnapshotStore => Extension.SnapshotStoreFor(null);

    protected IMaterializer Materializer => Sys.Materializer();

    protected string Pid { get; } = "p-" + Guid.NewGuid().ToString("N")[..8];

    protected string WriterGuid { get; } = Guid.NewGuid().ToString();

    protected TestProbe Probe { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await Store.CreateAsync();
        Kit = new TestKit(Common.WithFallback(Store.Configuration(Adapters)), "conformance");
        Probe = Kit.CreateTestProbe();
        await PrepareAsync();
    }

    public async Task DisposeAsync()
    {
        await Sys.Terminate();
        Kit.Dispose();
        await Store.DisposeAsync();
    }

    /// <summary>What each case of the suite finds in the store.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>A persistent actor that stores the strings sent to it.</summary>
    protected IActorRef Notebook(string persistenceId) => Sys.ActorOf(Props.Create(() => new NotebookActor(persistenceId)));

    /// <summary>Has the actor store each event before the next one is sent.</summary>
    protected async Task<IActorRef> NoteAsync(IActorRef notebook, params string[] events)
    {
        foreach (var note in events)
        {
            notebook.Tell(note, Probe);
            await Probe.ExpectMsgAsync($"{note}-done");
        }

        return notebook;
    }
}
