using ActorCron.Persistence.MongoDb.Tests.Stores;

namespace ActorCron.Persistence.MongoDb.Tests;

/// <summary>A fact that needs a MongoDB server; skipped, with the reason, where none is to be had.</summary>
public sealed class MongoFactAttribute : FactAttribute
{
    public MongoFactAttribute() => Skip = MongoServer.WhyNot;
}
