using System.Runtime.Serialization;
using System.Text;
using ActorCron.Actors.Serialization;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using Akka.Actor;

namespace ActorCron.Actors.Tests.Serialization;

public class ActorCronSerializerTests : TestKit
{
    private readonly ActorCronSerializer _serializer;

    public ActorCronSerializerTests() => _serializer = new ActorCronSerializer((ExtendedActorSystem)Sys);

    public static TheoryData<string> Manifests => [.. ActorCronSerializer.Manifests.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Manifests))]
    public void A_message_with_every_member_set_comes_back_the_same(string manifest) => ComesBackTheSame(manifest, new Samples(full: true));

    [Theory]
    [MemberData(nameof(Manifests))]
    public void A_message_of_nulls_zeros_and_empty_lists_comes_back_the_same(string manifest) => ComesBackTheSame(manifest, new Samples(full: false));

    [Fact]
    public void No_message_crosses_a_node_without_a_manifest()
    {
        var messages = typeof(IWireMessage).Assembly.GetTypes().Concat(typeof(MessagePart).Assembly.GetTypes()).Where(type => typeof(IWireMessage).IsAssignableFrom(type) && !type.IsAbstract).ToList();

        Assert.NotEmpty(messages);
        Assert.Equal(messages.Select(type => type.Name).Order(), ActorCronSerializer.Manifests.Values.Select(type => type.Name).Order());
    }

    [Fact]
    public void What_has_no_manifest_is_refused_by_name()
    {
        var refused = Assert.Throws<SerializationException>(() => _serializer.Manifest(new Uri("https://example.org")));

        Assert.Contains("System.Uri", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_manifest_is_said_to_be_of_a_newer_version()
    {
        var refused = Assert.Throws<SerializationException>(() => _serializer.FromBinary([0, .. "{}"u8], "r999"));

        Assert.Contains("'r999'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("newer version", refused.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[]> DamagedBytes => new()
    {
        { "nothing", [] },
        { "no content", [0] },
        { "null", [0, .. "null"u8] },
        { "a cut-off object", [0, .. "{\"Shard\":1"u8] },
        { "a member of the wrong type", [0, .. "{\"Shard\":\"x\",\"RunId\":\"r\"}"u8] },
        { "a list", [0, .. "[]"u8] },
        { "no UTF-8", [0, .. "{\"RunId\":\""u8, 0xff, 0xfe, .. "\"}"u8] },
        { "no Brotli", [1, 0xff, 0xff, 0xff, 0xff] },
        { "nothing compressed", [1] },
    };

    [Theory]
    [MemberData(nameof(DamagedBytes))]
    public void Damaged_bytes_are_refused_with_their_manifest(string what, byte[] bytes)
    {
        var refused = Assert.Throws<SerializationException>(() => _serializer.FromBinary(bytes, "r13"));

        Assert.True(refused.Message.Contains("'r13'", StringComparison.Ordinal), $"{what}: {refused.Message}");
    }

    [Fact]
    public void An_event_of_an_unknown_kind_is_refused() =>
        Assert.Throws<SerializationException>(() => _serializer.FromBinary([0, .. "{\"Events\":[{\"e\":\"teleported\",\"Id\":\"a@1\"}]}"u8], "run-events"));

    [Fact]
    public void A_large_message_is_compressed_and_comes_back_the_same()
    {
        var report = new ReportAttempt(3, "a@1", 1, "offer", new AttemptResult(RunState.Succeeded, 0, string.Concat(Enumerable.Repeat("all is well\n", 10_000))));

        var bytes = _serializer.ToBinary(report);

        Assert.InRange(bytes.Length, 1, 10_000);
        Assert.Equal(report, _serializer.FromBinary(bytes, _serializer.Manifest(report)));
        Assert.Throws<SerializationException>(() => _serializer.FromBinary(bytes[..(bytes.Length / 2)], _serializer.Manifest(report)));
    }

    private void ComesBackTheSame(string manifest, Samples samples)
    {
        var message = samples.Of(ActorCronSerializer.Manifests[manifest]);

        var bytes = _serializer.ToBinary(message);
        var copy = _serializer.FromBinary(bytes, manifest);

        Assert.Equal(manifest, _serializer.Manifest(message));
        Assert.Equal(Samples.Describe(message), Samples.Describe(copy));
        Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(_serializer.ToBinary(copy)));
    }
}
