using System.Text.Json;
using ActorCron.Actors.Gateway;
using ActorCron.Node.Api.Http;

namespace ActorCron.Node.Api.Cluster;

/// <summary>Where the shards are.</summary>
internal sealed class ShardingEndpoints(ApiContext api)
{
    public IEnumerable<ApiRoute> Routes =>
    [
        new("GET", "/api/v1/sharding/regions", (context, _) => RegionsAsync(context)),
        new("GET", "/api/v1/sharding/shards", (context, _) => ShardsAsync(context)),
        new("GET", "/api/v1/sharding/stats", (context, _) => StatsAsync(context)),
    ];

    public static void Write(Utf8JsonWriter json, ShardView shard)
    {
        json.WriteStartObject();
        json.WriteString("region"u8, shard.Region);
        json.WriteString("shard"u8, shard.Shard);
        json.WriteString("address"u8, shard.Address);
        json.WriteNumber("entities"u8, shard.Entities);
        json.WriteNumber("activeRuns"u8, shard.ActiveRuns);
        json.WriteEndObject();
    }

    private async Task RegionsAsync(HttpContext context)
    {
        QueryValues.Of(context);
        var shards = await api.Gateway.GetShardsAsync(context.RequestAborted);
        await JsonAnswer.OkAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("regions"u8);
            foreach (var region in shards.Select(shard => shard.Region).Distinct().Order(StringComparer.Ordinal)) json.WriteStringValue(region);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private async Task ShardsAsync(HttpContext context) =>
        await JsonAnswer.ItemsAsync(context, await ReadAsync(context), Write);

    private async Task StatsAsync(HttpContext context)
    {
        var stats = (await ReadAsync(context))
            .GroupBy(shard => (shard.Region, shard.Address))
            .OrderBy(group => group.Key.Region, StringComparer.Ordinal).ThenBy(group => group.Key.Address, StringComparer.Ordinal).ToList();
        await JsonAnswer.ItemsAsync(context, stats, (json, group) =>
        {
            json.WriteStartObject();
            json.WriteString("region"u8, group.Key.Region);
            json.WriteString("address"u8, group.Key.Address);
            json.WriteNumber("shards"u8, group.Count());
            json.WriteNumber("entities"u8, group.Sum(shard => shard.Entities));
            json.WriteNumber("activeRuns"u8, group.Sum(shard => shard.ActiveRuns));
            json.WriteEndObject();
        });
    }

    private async Task<IReadOnlyList<ShardView>> ReadAsync(HttpContext context)
    {
        var region = QueryValues.Of(context, "region").Text("region");
        var shards = await api.Gateway.GetShardsAsync(context.RequestAborted);
        if (region is null) return shards;
        var chosen = shards.Where(shard => shard.Region == region).ToList();
        return chosen.Count > 0 ? chosen : throw ApiProblem.NotFound($"There is no shard region '{region}'.");
    }
}
