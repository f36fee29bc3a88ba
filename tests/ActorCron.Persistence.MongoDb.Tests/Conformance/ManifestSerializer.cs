using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Serialization;

namespace ActorCron.Persistence.MongoDb.Tests.Conformance;

public sealed class ManifestSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public override int Identifier => 77125;

    public override string Manifest(object o) => o switch
    {
        WithManifest => "WithManifest:2",
        WithActorRef => "WithActorRef",
        _ => "Unserializable",
    };

    public override byte[] ToBinary(object obj)
    {
        CheckTransport();
        return Encoding.UTF8.GetBytes(obj switch
        {
            WithManifest payload => $".{payload.Data}:{payload.Number}",
            WithActorRef payload => Serialization.SerializedActorPath(payload.Ref),
            _ => throw new SerializationException("This one is refused."),
        });
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        CheckTransport();
        var text = Encoding.UTF8.GetString(bytes);
        return manifest switch
        {
            "WithManifest:2" => new WithManifest(text.Split(':')[0] + ".", int.Parse(text.Split(':')[1])),
            "WithActorRef" => new WithActorRef(system.Provider.ResolveActorRef(text)),
            _ => throw new SerializationException($"Unknown manifest {manifest}."),
        };
    }

    private void CheckTransport()
    {
        if (Serialization.GetCurrentTransportInformation().System != system)
            throw new InvalidOperationException("Serialized with the transport information of another system.");
    }
}
