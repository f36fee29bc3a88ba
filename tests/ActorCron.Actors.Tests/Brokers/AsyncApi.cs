using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ActorCron.Actors.Tests.Brokers;

/// <summary>docs/asyncapi.yaml as JSON, with its schemas at work.</summary>
internal sealed class AsyncApi
{
    private AsyncApi(JsonNode document) => Document = document;

    public JsonNode Document { get; }

    public static AsyncApi Load()
    {
        var yaml = new YamlStream();
        using var text = File.OpenText(RepositoryFile.At("docs/asyncapi.yaml"));
        yaml.Load(text);
        return new AsyncApi(ToJson(yaml.Documents[0].RootNode)!);
    }

    /// <summary>What is wrong with a value by a schema of the components; empty when nothing is.</summary>
    public string Problems(string schema, JsonNode? value)
    {
        var results = JsonSchema.FromText(Document["components"]!["schemas"]![schema]!.ToJsonString())
            .Evaluate(JsonSerializer.SerializeToElement(value), new EvaluationOptions { OutputFormat = OutputFormat.List });
        return string.Join("; ", (results.Details ?? []).Where(detail => detail.Errors is not null)
            .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}")));
    }

    /// <summary>The node that a reference such as <c>#/components/messages/job</c> names.</summary>
    public JsonNode? Resolve(string reference) => reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries)
        .Aggregate((JsonNode?)Document, (node, name) => (node as JsonObject)?[name]);

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, ToJson(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(ToJson)]),
        YamlScalarNode { Style: not ScalarStyle.Plain } text => JsonValue.Create(text.Value),
        YamlScalarNode { Value: "null" or "" or null } => null,
        YamlScalarNode { Value: "true" } => JsonValue.Create(true),
        YamlScalarNode { Value: "false" } => JsonValue.Create(false),
        YamlScalarNode plain => long.TryParse(plain.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? JsonValue.Create(number) : JsonValue.Create(plain.Value),
        _ => throw new InvalidOperationException($"{node.NodeType} at line {node.Start.Line}."),
    };
}
