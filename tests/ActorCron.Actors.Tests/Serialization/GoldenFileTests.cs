using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ActorCron.Actors.Serialization;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Scheduling;
using Akka.Actor;

namespace ActorCron.Actors.Tests.Serialization;

/// <summary>Entries as earlier versions stored them. A file is never changed, only added: journals hold such entries for years.</summary>
public class GoldenFileTests : TestKit
{
    private readonly ActorCronSerializer _serializer;

    public GoldenFileTests() => _serializer = new ActorCronSerializer((ExtendedActorSystem)Sys);

    /// <summary>The manifests under which something is stored, as opposed to sent.</summary>
    public static TheoryData<string> Stored => ["run-events", "run-shard", "run-shard.batch", "catalog-events", "catalog", "scheduler-events", "scheduler-started", "tick", "members", "scheduler"];

    [Theory]
    [MemberData(nameof(Stored))]
    public void A_stored_entry_stays_readable(string manifest)
    {
        var golden = Read(manifest);

        AssertHolds(golden, ReadAndWrite(golden, manifest), manifest);
    }

    [Theory]
    [MemberData(nameof(Stored))]
    public void An_entry_of_a_newer_version_with_members_unknown_here_is_read(string manifest)
    {
        var golden = Read(manifest);
        var newer = golden.DeepClone();
        AddUnknownMembers(newer);

        AssertHolds(golden, ReadAndWrite(newer, manifest), manifest);
    }

    [Theory]
    [InlineData(typeof(RunEvent), "run-events")]
    [InlineData(typeof(CatalogEvent), "catalog-events")]
    [InlineData(typeof(SchedulerEvent), "scheduler-events")]
    public void Every_kind_of_event_has_its_entry(Type events, string manifest)
    {
        var stored = Read(manifest)["Events"]!.AsArray().Select(e => (string)e!["e"]!);

        Assert.Equal(events.GetCustomAttributes<JsonDerivedTypeAttribute>().Select(kind => (string)kind.TypeDiscriminator!).Order(), stored.Distinct().Order());
    }

    private static JsonNode Read(string manifest)
    {
        using var file = typeof(GoldenFileTests).Assembly.GetManifestResourceStream(manifest + ".json");
        Assert.True(file is not null, $"There is no golden file {manifest}.json.");
        return JsonNode.Parse(file)!;
    }

    private JsonNode ReadAndWrite(JsonNode entry, string manifest)
    {
        // A file may show one more form of a manifest's entry: run-shard.batch is another run-shard.
        var read = _serializer.FromBinary([0, .. Encoding.UTF8.GetBytes(entry.ToJsonString())], manifest.Split('.')[0]);
        var bytes = _serializer.ToBinary(read);
        Assert.Equal(0, bytes[0]);
        return JsonNode.Parse(bytes.AsSpan(1))!;
    }

    // A later version may write more than it read, never less and nothing else.
    private static void AssertHolds(JsonNode? golden, JsonNode? now, string path)
    {
        switch (golden)
        {
            case JsonObject members:
                foreach (var (name, value) in members) AssertHolds(value, Assert.IsType<JsonObject>(now)[name], $"{path}.{name}");
                break;
            case JsonArray items:
                var list = Assert.IsType<JsonArray>(now);
                Assert.True(items.Count == list.Count, $"{path} has {list.Count} items, stored were {items.Count}");
                for (var i = 0; i < items.Count; i++) AssertHolds(items[i], list[i], $"{path}[{i}]");
                break;
            default:
                Assert.True(JsonNode.DeepEquals(golden, now), $"{path} is {now?.ToJsonString() ?? "gone"}, stored was {golden?.ToJsonString()}");
                break;
        }
    }

    private static void AddUnknownMembers(JsonNode? node)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items) AddUnknownMembers(item);
        }
        else if (node is JsonObject members)
        {
            foreach (var (_, value) in members.ToList()) AddUnknownMembers(value);
            members["FromTheFuture"] = JsonSerializer.SerializeToNode(new { a = new[] { 1, 2 }, b = "x" });
        }
    }
}
