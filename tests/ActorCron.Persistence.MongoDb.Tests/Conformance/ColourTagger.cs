using Akka.Persistence.Journal;

namespace ActorCron.Persistence.MongoDb.Tests.Conformance;

/// <summary>Tags a string with the colours and fruits that it names.</summary>
public sealed class ColourTagger : IWriteEventAdapter
{
    private static readonly string[] Known = ["green", "black", "blue", "apple", "banana"];

    public string Manifest(object evt) => "";

    public object ToJournal(object evt)
    {
        var tags = Known.Where(((string)evt).Contains).ToArray();
        return tags.Length == 0 ? evt : new Tagged(evt, tags);
    }
}
