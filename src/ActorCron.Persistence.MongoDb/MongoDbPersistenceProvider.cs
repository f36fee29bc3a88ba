using Akka.Actor;

namespace ActorCron.Persistence.MongoDb;

/// <summary>Makes the <see cref="MongoDbPersistence"/> extension; also names it in <c>akka.extensions</c>.</summary>
public sealed class MongoDbPersistenceProvider : ExtensionIdProvider<MongoDbPersistence>
{
    /// <inheritdoc/>
    public override MongoDbPersistence CreateExtension(ExtendedActorSystem system) => new(system);
}
