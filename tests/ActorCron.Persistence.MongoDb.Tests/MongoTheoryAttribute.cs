using ActorCron.Persistence.MongoDb.Tests.Stores;

namespace ActorCron.Persistence.MongoDb.Tests;

/// <summary>A theory that needs a MongoDB server; skipped, with the reason, where none is to be had.</summary>
public sealed class MongoTheoryAttribute : TheoryAttribute
{
    public MongoTheoryAttribute() => Skip = MongoServer.WhyNot;
}
