using System.Text;
using System.Text.Json.Nodes;
using ActorCron.Actors.RabbitMq;
using ActorCron.Core.Documents;

namespace ActorCron.Actors.Tests.Brokers;

/// <summary>docs/asyncapi.yaml says what the code does.</summary>
public sealed class AsyncApiTests
{
    private static readonly AsyncApi Api = AsyncApi.Load();

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        var references = References(Api.Document).Distinct().ToList();

        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.True(Api.Resolve(reference) is not null, $"{reference} leads nowhere"));
    }

    [Fact]
    public void Exchanges_and_queues_bear_the_names_of_the_code()
    {
        var topology = new RabbitTopology(new RabbitMqBrokerSettings(new()));
        var channels = Api.Document["channels"]!;

        Assert.Equal(topology.Jobs, (string?)channels["publishJobs"]!["bindings"]!["amqp"]!["exchange"]!["name"]);
        Assert.Equal(topology.NameOf("{queue}"), (string?)channels["jobs"]!["address"]);
        Assert.Equal(RabbitTopology.Results, (string?)channels["results"]!["bindings"]!["amqp"]!["exchange"]!["name"]);
        Assert.Equal(RabbitTopology.ResultsKey, (string?)channels["results"]!["address"]);
        Assert.Equal(RabbitTopology.Dead, (string?)channels["publishDeadLetters"]!["bindings"]!["amqp"]!["exchange"]!["name"]);
        Assert.Equal(RabbitTopology.Dead, (string?)channels["deadLetters"]!["address"]);
    }

    [Theory]
    [InlineData("job", "job")]
    [InlineData("result", "result")]
    public void Every_example_is_valid_and_can_be_read(string message, string schema)
    {
        var examples = Api.Document["components"]!["messages"]![message]!["examples"]!.AsArray();

        Assert.NotEmpty(examples);
        foreach (var payload in examples.Select(example => example!["payload"]))
        {
            Assert.Equal("", Api.Problems(schema, payload));
            Assert.True(IsRead(schema, payload!.ToJsonString()));
        }
    }

    // The scheduler's own, with all and with little in it.
    public static TheoryData<string> JobBodies => new(
        """{"job":{"type":"noop","params":{}}}""",
        """{"job":{"type":"noop"}}""",
        """{"more":1,"job":{"type":"noop","params":{"a":[1]},"more":1}}""",
        """{"runId":null,"schedule":null,"user":null,"scheduledFor":null,"trigger":null,"attempt":null,"timeoutSeconds":null,"fence":null,"job":{"type":"a.b_c-d"}}""",
        """{"runId":"r","attempt":1,"timeoutSeconds":0.5,"job":{"type":"noop"}}""",
        """{"timeoutSeconds":1.5,"job":{"type":"noop"}}""",
        """{"timeoutSeconds":2592001,"job":{"type":"noop"}}""",
        """{"scheduledFor":"2026-11-24T01:15Z","job":{"type":"noop"}}""",
        """{"scheduledFor":"2026-11-24T01:15:00.5+01:00","job":{"type":"noop"}}""",
        """{"scheduledFor":"2026-11-24 01:15:00","job":{"type":"noop"}}""",
        """{"scheduledFor":"2026-11-24T01:15:00","job":{"type":"noop"}}""",
        """{"scheduledFor":1,"job":{"type":"noop"}}""",
        """{"trigger":"whim","job":{"type":"noop"}}""",
        """{"trigger":"Schedule","job":{"type":"noop"}}""",
        """{"attempt":0,"job":{"type":"noop"}}""",
        """{"attempt":"1","job":{"type":"noop"}}""",
        """{"attempt":1.5,"job":{"type":"noop"}}""",
        """{"attempt":2147483648,"job":{"type":"noop"}}""",
        """{"fence":-1,"job":{"type":"noop"}}""",
        """{"runId":"","job":{"type":"noop"}}""",
        """{"runId":"a\nb","job":{"type":"noop"}}""",
        """{"runId":7,"job":{"type":"noop"}}""",
        """{"schedule":"-a","job":{"type":"noop"}}""",
        """{"schedule":"a b","job":{"type":"noop"}}""",
        """{"user":"","job":{"type":"noop"}}""",
        """{"job":{"type":""}}""",
        """{"job":{"type":"a b"}}""",
        """{"job":{"type":null}}""",
        """{"job":{"params":{}}}""",
        """{"job":{"type":"noop","params":[]}}""",
        """{"job":{"type":"noop","params":"x"}}""",
        """{"job":null}""",
        """{"job":"noop"}""",
        """{"runId":"r"}""",
        "[]");

    [Theory]
    [MemberData(nameof(JobBodies))]
    public void The_schema_of_a_job_and_its_reader_agree(string body) => Assert.Equal(IsRead("job", body), Api.Problems("job", JsonNode.Parse(body)) == "");

    public static TheoryData<string> ResultBodies => new(
        """{"runId":"r","attempt":1,"outcome":"running"}""",
        """{"runId":"r","attempt":1,"outcome":"succeeded","output":null,"error":null,"worker":null,"exitCode":null,"more":1}""",
        """{"runId":"r","attempt":1,"outcome":"failed","output":"o","error":"e","worker":"w","exitCode":-1}""",
        """{"runId":"r","attempt":1,"outcome":"done"}""",
        """{"runId":"r","attempt":1,"outcome":null}""",
        """{"runId":"r","attempt":0,"outcome":"failed"}""",
        """{"runId":"r","attempt":null,"outcome":"failed"}""",
        """{"runId":null,"attempt":1,"outcome":"failed"}""",
        """{"runId":"","attempt":1,"outcome":"failed"}""",
        """{"runId":"r","attempt":1}""",
        """{"runId":"r","outcome":"failed"}""",
        """{"attempt":1,"outcome":"failed"}""",
        """{"runId":"r","attempt":1,"outcome":"failed","output":1}""",
        """{"runId":"r","attempt":1,"outcome":"failed","worker":"a\u0007b"}""",
        """{"runId":"r","attempt":1,"outcome":"failed","exitCode":2147483648}""");

    [Theory]
    [MemberData(nameof(ResultBodies))]
    public void The_schema_of_a_result_and_its_reader_agree(string body) => Assert.Equal(IsRead("result", body), Api.Problems("result", JsonNode.Parse(body)) == "");

    private static bool IsRead(string schema, string body) => schema == "job"
        ? JobMessage.TryParse(Encoding.UTF8.GetBytes(body), out _, out _)
        : ResultMessage.TryParse(Encoding.UTF8.GetBytes(body), out _, out _);

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(pair => pair is { Key: "$ref", Value: JsonValue reference } ? [(string)reference!] : References(pair.Value)),
        JsonArray list => list.SelectMany(References),
        _ => [],
    };
}
