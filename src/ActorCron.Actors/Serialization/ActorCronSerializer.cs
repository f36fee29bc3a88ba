using System.Collections.Frozen;
using System.IO.Compression;
using System.Runtime.Serialization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ActorCron.Actors.Working;
using ActorCron.Core.Messages;
using ActorCron.Core.Scheduling;
using ActorCron.Core.Shards;
using Akka.Actor;
using Akka.Serialization;

namespace ActorCron.Actors.Serialization;

/// <summary>Serializes everything of ours that crosses nodes or is stored. A manifest is a short name of our own, never a type name, so
/// types can be renamed and no sender chooses what is instantiated. A name is never reused; an incompatible change gets a new one.</summary>
public sealed class ActorCronSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Stored with every event: fixed for good.</summary>
    public const int Id = 2110;

    private const int CompressFrom = 32 * 1024;
    private const byte Plain = 0, Compressed = 1;

    /// <summary>The whole wire and journal vocabulary.</summary>
    public static IReadOnlyDictionary<string, Type> Manifests => ByManifest;

    private static readonly FrozenDictionary<string, Type> ByManifest = new Dictionary<string, Type>
    {
        // Stored.
        ["run-events"] = typeof(RunEvents),
        ["run-shard"] = typeof(RunShardSnapshot),
        ["catalog-events"] = typeof(CatalogEvents),
        ["catalog"] = typeof(CatalogSnapshot),
        ["scheduler-events"] = typeof(SchedulerEvents),
        ["scheduler-started"] = typeof(SchedulerStarted),
        ["tick"] = typeof(TickDispatched),
        ["members"] = typeof(MembersSeen),
        ["scheduler"] = typeof(SchedulerSnapshot),
        // To and from run shards.
        ["r1"] = typeof(RegisterRuns),
        ["r2"] = typeof(MarkPublished),
        ["r3"] = typeof(RedispatchRuns),
        ["r4"] = typeof(Wake),
        ["r5"] = typeof(OfferRun),
        ["r6"] = typeof(ReportAttempt),
        ["r7"] = typeof(ReturnAttempt),
        ["r8"] = typeof(DisownAttempts),
        ["r9"] = typeof(ReportExternal),
        ["r10"] = typeof(BuryRun),
        ["r11"] = typeof(CancelRun),
        ["r12"] = typeof(RetryRun),
        ["r13"] = typeof(GetRun),
        ["r14"] = typeof(GetActiveRuns),
        ["r15"] = typeof(GetShardStats),
        ["r16"] = typeof(RunsRegistered),
        ["r17"] = typeof(ExecuteRun),
        ["r18"] = typeof(OfferDeclined),
        ["r19"] = typeof(ReportStored),
        ["r20"] = typeof(ExternalStored),
        ["r21"] = typeof(RunAnswer),
        ["r22"] = typeof(ActiveRuns),
        ["r23"] = typeof(RunCommandAnswer),
        ["r24"] = typeof(ShardStats),
        ["r25"] = typeof(PendingRuns),
        ["r26"] = typeof(UntakenRuns),
        ["r27"] = typeof(CancelAttempt),
        ["r28"] = typeof(ConfirmRunning),
        ["r29"] = typeof(GetOpenAttempts),
        ["r30"] = typeof(OpenAttempts),
        ["r31"] = typeof(WithdrawRuns),
        ["r32"] = typeof(RunsWithdrawn),
        ["part"] = typeof(MessagePart),
        // To and from the scheduler.
        ["s1"] = typeof(PutSchedules),
        ["s2"] = typeof(RemoveSchedule),
        ["s3"] = typeof(SetPaused),
        ["s4"] = typeof(GetEntry),
        ["s5"] = typeof(ListSchedules),
        ["s6"] = typeof(GetDue),
        ["s7"] = typeof(DispatchRuns),
        ["s8"] = typeof(GetBacklogs),
        ["s9"] = typeof(SchedulesPut),
        ["s10"] = typeof(ScheduleRemoval),
        ["s11"] = typeof(ScheduleAnswer),
        ["s12"] = typeof(EntryAnswer),
        ["s13"] = typeof(ScheduleList),
        ["s14"] = typeof(RunsDispatched),
        ["s15"] = typeof(Backlogs),
        ["s16"] = typeof(Unavailable),
        ["s17"] = typeof(AskPermits),
        ["s18"] = typeof(Permits),
        // To and from workers.
        ["w1"] = typeof(GetOutput),
        ["w2"] = typeof(RunOutput),
        ["w3"] = typeof(GetLoad),
        ["w4"] = typeof(WorkerLoad),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<Type, string> ByType = ByManifest.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    public override int Identifier => Id;

    /// <exception cref="SerializationException">The type has no manifest: it was never meant to cross nodes.</exception>
    public override string Manifest(object o) =>
        ByType.TryGetValue(o.GetType(), out var manifest) ? manifest : throw new SerializationException($"{o.GetType()} has no manifest in {nameof(ActorCronSerializer)}.");

    public override byte[] ToBinary(object obj)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(obj, TypeInfo(obj.GetType()));
        if (json.Length < CompressFrom) return [Plain, .. json];
        using var buffer = new MemoryStream();
        buffer.WriteByte(Compressed);
        using (var brotli = new BrotliStream(buffer, CompressionLevel.Fastest, leaveOpen: true)) brotli.Write(json);
        return buffer.ToArray();
    }

    /// <exception cref="SerializationException">The manifest is of a newer version, or the bytes are damaged.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (!ByManifest.TryGetValue(manifest, out var type)) throw new SerializationException($"Unknown manifest '{manifest}': it is of a newer version of ActorCron.");
        try
        {
            return JsonSerializer.Deserialize(Content(bytes), TypeInfo(type)) ?? throw new SerializationException($"Nothing stands under the manifest '{manifest}'.");
        }
        // Brotli says of bad bytes that the operation is invalid, not the data.
        catch (Exception cause) when (cause is JsonException or InvalidDataException or InvalidOperationException or NotSupportedException)
        {
            throw new SerializationException($"The bytes under the manifest '{manifest}' are damaged: {cause.Message}", cause);
        }
    }

    private static ReadOnlySpan<byte> Content(byte[] bytes)
    {
        if (bytes.Length == 0) throw new InvalidDataException("empty");
        if (bytes[0] == Plain) return bytes.AsSpan(1);
        using var brotli = new BrotliStream(new MemoryStream(bytes, 1, bytes.Length - 1), CompressionMode.Decompress);
        using var json = new MemoryStream();
        brotli.CopyTo(json);
        return json.GetBuffer().AsSpan(0, (int)json.Length);
    }

    private static JsonTypeInfo TypeInfo(Type type) => ActorCronJson.Default.GetTypeInfo(type) ?? throw new SerializationException($"{type} is not in {nameof(ActorCronJson)}.");
}
