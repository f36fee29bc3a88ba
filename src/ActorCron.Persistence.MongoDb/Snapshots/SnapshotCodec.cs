using Akka.Actor;
using Akka.Serialization;
using Snapshot = Akka.Persistence.Serialization.Snapshot;

namespace ActorCron.Persistence.MongoDb.Snapshots;

/// <summary>Between snapshots and bytes: Akka's own snapshot wrapper, which keeps the serializer id and manifest.</summary>
internal sealed class SnapshotCodec(ExtendedActorSystem system)
{
    private readonly Serializer _serializer = system.Serialization.FindSerializerForType(typeof(Snapshot));

    public int SerializerId => _serializer.Identifier;

    public byte[] Encode(object snapshot) =>
        Serialization.WithTransport(system, (_serializer, snapshot),
            static state => state._serializer.ToBinary(new Snapshot(state.snapshot)));

    public object Decode(byte[] bytes, int? serializerId, string manifest)
    {
        var found = serializerId is null || serializerId == SerializerId
            ? Serialization.WithTransport(system, (_serializer, bytes),
                static object (state) => state._serializer.FromBinary<Snapshot>(state.bytes))
            : system.Serialization.Deserialize(bytes, serializerId.Value, manifest);
        return found is Snapshot wrapper ? wrapper.Data : found;
    }
}
