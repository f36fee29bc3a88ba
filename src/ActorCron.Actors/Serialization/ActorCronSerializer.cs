using System.Collections.Frozen;
using System.IO.Compression;
using System.Runtime.Serialization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ActorCron.Actors.Running;
using ActorCron.Actors.Scheduling;
using ActorCron.Actors.Working;
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
        ["scheduler-started"] = typeof(SchedulerStarted),
        ["tick"] = typeof(TickDispatched),
        ["members"] = typeof(MembersSeen),
        ["scheduler"] = typeof(SchedulerSnapshot),
        // To and from run shards.
        ["r1"] = typeof(RunShardProtocol.RegisterRuns),
        ["r2"] = typeof(RunShardProtocol.MarkPublished),
        ["r3"] = typeof(RunShardProtocol.RedispatchRuns),
        ["r4"] = typeof(RunShardProtocol.Wake),
        ["r5"] = typeof(RunShardProtocol.OfferRun),
        ["r6"] = typeof(RunShardProtocol.ReportAttempt),
        ["r7"] = typeof(RunShardProtocol.ReturnAttempt),
        ["r8"] = typeof(RunShardProtocol.DisownAttempts),
        ["r9"] = typeof(RunShardProtocol.ReportExternal),
        ["r10"] = typeof(RunShardProtocol.BuryRun),
        ["r11"] = typeof(RunShardProtocol.CancelRun),
        ["r12"] = typeof(RunShardProtocol.RetryRun),
        ["r13"] = typeof(RunShardProtocol.GetRun),
        ["r14"] = typeof(RunShardProtocol.GetActiveRuns),
        ["r15"] = typeof(RunShardProtocol.GetShardStats),
        ["r16"] = typeof(RunShardProtocol.RunsRegistered),
        ["r17"] = typeof(RunShardProtocol.ExecuteRun),
        ["r18"] = typeof(RunShardProtocol.OfferDeclined),
        ["r19"] = typeof(RunShardProtocol.ReportStored),
        ["r20"] = typeof(RunShardProtocol.ExternalStored),
        ["r21"] = typeof(RunShardProtocol.RunAnswer),
        ["r22"] = typeof(RunShardProtocol.ActiveRuns),
        ["r23"] = typeof(RunShardProtocol.RunCommandAnswer),
        ["r24"] = typeof(RunShardProtocol.ShardStats),
        ["r25"] = typeof(RunShardProtocol.PendingRuns),
        ["r26"] = typeof(RunShardProtocol.UntakenRuns),
        ["r27"] = typeof(RunShardProtocol.CancelAttempt),
        ["r28"] = typeof(RunShardProtocol.ConfirmRunning),
        ["r29"] = typeof(RunShardProtocol.GetOpenAttempts),
        ["r30"] = typeof(RunShardProtocol.OpenAttempts),
        ["part"] = typeof(MessagePart),
        // To and from the scheduler.
        ["s1"] = typeof(SchedulerProtocol.PutSchedules),
        ["s2"] = typeof(SchedulerProtocol.RemoveSchedule),
        ["s3"] = typeof(SchedulerProtocol.SetPaused),
        ["s4"] = typeof(SchedulerProtocol.GetEntry),
        ["s5"] = typeof(SchedulerProtocol.ListSchedules),
        ["s6"] = typeof(SchedulerProtocol.GetDue),
        ["s7"] = typeof(SchedulerProtocol.DispatchRuns),
        ["s8"] = typeof(SchedulerProtocol.GetBacklogs),
        ["s9"] = typeof(SchedulerProtocol.SchedulesPut),
        ["s10"] = typeof(SchedulerProtocol.ScheduleRemoval),
        ["s11"] = typeof(SchedulerProtocol.ScheduleAnswer),
        ["s12"] = typeof(SchedulerProtocol.EntryAnswer),
        ["s13"] = typeof(SchedulerProtocol.ScheduleList),
        ["s14"] = typeof(SchedulerProtocol.RunsDispatched),
        ["s15"] = typeof(SchedulerProtocol.Backlogs),
        ["s16"] = typeof(SchedulerProtocol.Unavailable),
        ["s17"] = typeof(QueueLimiter.AskPermits),
        ["s18"] = typeof(QueueLimiter.Permits),
        // To and from workers.
        ["w1"] = typeof(WorkerActor.GetOutput),
        ["w2"] = typeof(WorkerActor.RunOutput),
        ["w3"] = typeof(WorkerActor.GetLoad),
        ["w4"] = typeof(WorkerActor.WorkerLoad),
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
