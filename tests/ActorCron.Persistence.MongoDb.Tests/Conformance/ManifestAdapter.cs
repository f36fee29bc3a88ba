using Akka.Persistence.Journal;

namespace ActorCron.Persistence.MongoDb.Tests.Conformance;

/// <summary>Gives an event a manifest of the adapter's.</summary>
public sealed class ManifestAdapter : IWriteEventAdapter
{
    public string Manifest(object evt) => ((Typed)evt).Data == "item1" ? "First-Manifest" : "";

    public object ToJournal(object evt) => evt;
}
