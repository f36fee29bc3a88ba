using System.Text;
using Akka.Actor;
using Akka.Serialization;

namespace ActorCron.Persistence.MongoDb.Tests.Conformance;

/// <summary>Marks both ways, so that a test sees that both were gone.</summary>
public sealed class TypedSerializer(ExtendedActorSystem system) : Serializer(system)
{
    public override int Identifier => 77123;

    public override bool IncludeManifest => true;

    public override byte[] ToBinary(object obj) => Encoding.UTF8.GetBytes("." + ((Typed)obj).Data);

    public override object FromBinary(byte[] bytes, Type type) => type == typeof(Typed)
        ? new Typed(Encoding.UTF8.GetString(bytes) + ".")
        : throw new ArgumentException($"Unexpected type {type}.", nameof(type));
}
