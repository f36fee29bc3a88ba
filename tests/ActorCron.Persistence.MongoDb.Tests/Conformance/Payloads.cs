using Akka.Actor;

namespace ActorCron.Persistence.MongoDb.Tests.Conformance;

/// <summary>For a serializer that is told the type.</summary>
public sealed record Typed(string Data);

/// <summary>For a serializer with a manifest of its own.</summary>
public sealed record WithManifest(string Data, int Number);

/// <summary>Can be read back only with the transport information that Akka sets around serialization.</summary>
public sealed record WithActorRef(IActorRef Ref);

/// <summary>Its serializer refuses it.</summary>
public sealed record Unserializable;
