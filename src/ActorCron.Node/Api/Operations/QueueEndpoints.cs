using System.Text.Json;
using ActorCron.Actors.Brokers;
using ActorCron.Actors.Gateway;
using ActorCron.Core.Text;
using ActorCron.Node.Api.Http;

namespace ActorCron.Node.Api.Operations;

/// <summary>The queues between scheduler and workers, and the messages that could not be used.</summary>
internal sealed class QueueEndpoints(ApiContext api)
{
    public IEnumerable<ApiRoute> Routes =>
    [
        new("GET", "/api/v1/queues", (context, _) => ListAsync(context)),
        new("GET", "/api/v1/queues/dead", (context, _) => DeadAsync(context)),
        new("POST", "/api/v1/queues/dead/requeue", (context, _) => RequeueAsync(context)),
        new("POST", "/api/v1/queues/{queue}/purge", PurgeAsync),
    ];

    private async Task ListAsync(HttpContext context)
    {
        QueryValues.Of(context);
        await JsonAnswer.ItemsAsync(context, await api.Gateway.GetQueuesAsync(context.RequestAborted), Write);
    }

    private async Task DeadAsync(HttpContext context)
    {
        var limit = QueryValues.Of(context, "limit").Int("limit", 100, 1, 1000);
        var letters = await api.Gateway.GetDeadLettersAsync(limit, context.RequestAborted);
        var total = Math.Max(letters.Count, await api.Gateway.CountDeadLettersAsync(context.RequestAborted));
        await JsonAnswer.ItemsAsync(context, letters, Write, after: json => json.WriteNumber("total"u8, total));
    }

    private async Task RequeueAsync(HttpContext context)
    {
        QueryValues.Of(context);
        var body = JsonFieldsOf.Read(await RequestBody.ReadJsonAsync(context), "messageId", "all");
        var all = body.Bool("all") ?? false;
        var message = body.Text("messageId");
        if (all == message is not null) throw ApiProblem.Bad("messageId", "give the message's id, or \"all\": true, one of the two");
        var count = await api.Gateway.RequeueDeadLettersAsync(message, context.RequestAborted);
        if (count == 0 && message is not null) throw ApiProblem.NotFound($"There is no dead letter '{message}' that can go back to a queue.");
        await CountAsync(context, "requeued", count);
    }

    private async Task PurgeAsync(HttpContext context, string queue)
    {
        QueryValues.Of(context);
        if (NameSyntax.QueueName("queue", queue) is { } problem) throw ApiProblem.Bad(problem);
        var count = await api.Gateway.PurgeQueueAsync(queue, context.RequestAborted);
        // Whoever mistypes a queue's name should not read that it is empty now.
        if (count == 0 && (await api.Gateway.GetQueuesAsync(context.RequestAborted)).All(known => known.Queue != queue))
            throw ApiProblem.NotFound($"There is no queue '{queue}'.");
        await CountAsync(context, "purged", count);
    }

    private static Task CountAsync(HttpContext context, string name, int count) => JsonAnswer.OkAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteNumber(name, count);
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, QueueView queue)
    {
        json.WriteStartObject();
        json.WriteString("queue"u8, queue.Queue);
        json.WriteNumber("depth"u8, queue.Depth);
        json.WriteNumber("backlog"u8, queue.Backlog);
        json.WriteNumber("consumers"u8, queue.Consumers);
        json.WriteNumber("running"u8, queue.Running);
        json.WriteBoolean("external"u8, queue.External);
        if (queue.MaxConcurrency is { } max) json.WriteNumber("maxConcurrency"u8, max);
        else json.WriteNull("maxConcurrency"u8);
        json.WriteString("rate"u8, queue.Rate);
        json.WriteNumber("published"u8, Math.Round(queue.PublishedPerSecond, 3));
        json.WriteNumber("acked"u8, Math.Round(queue.FinishedPerSecond, 3));
        json.WriteNumber("dead"u8, queue.Dead);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, DeadLetter letter)
    {
        json.WriteStartObject();
        json.WriteNumber("position"u8, letter.Position);
        json.WriteString("reason"u8, letter.Reason);
        json.WriteString("messageId"u8, letter.MessageId);
        json.WriteString("queue"u8, letter.Queue);
        json.WriteString("body"u8, letter.Body);
        json.WriteEndObject();
    }
}
