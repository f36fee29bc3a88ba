using System.Text;
using RabbitMQ.Client;

namespace ActorCron.Actors.Tests.Brokers;

/// <summary>A program that knows nothing of ActorCron but its contract.</summary>
internal sealed class PlainClient(IConnection connection, IChannel channel) : IAsyncDisposable
{
    public IChannel Channel => channel;

    public static async Task<PlainClient> ConnectAsync(Uri uri)
    {
        var connection = await new ConnectionFactory { Uri = uri, ClientProvidedName = "plain" }.CreateConnectionAsync();
        return new PlainClient(connection, await connection.CreateChannelAsync(new CreateChannelOptions(true, true)));
    }

    /// <summary>Publishes to a queue of jobs; completes when the broker has it in one.</summary>
    public Task SendAsync(string queue, string body, BasicProperties? properties = null) => SendAsync(queue, Encoding.UTF8.GetBytes(body), properties);

    public Task SendAsync(string queue, byte[] body, BasicProperties? properties = null) =>
        channel.BasicPublishAsync("actorcron.jobs", queue, true, properties ?? new BasicProperties(), body).AsTask();

    public Task ReportAsync(string body, BasicProperties? properties = null) =>
        channel.BasicPublishAsync("actorcron.results", "results", true, properties ?? new BasicProperties(), Encoding.UTF8.GetBytes(body)).AsTask();

    /// <summary>Takes the oldest message of a queue, for good; waits for it.</summary>
    public async Task<BasicGetResult> TakeAsync(string queue)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await channel.BasicGetAsync(queue, autoAck: true) is { } message) return message;
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Soon, $"nothing in {queue}");
            await Task.Delay(50);
        }
    }

    public static string? Header(IReadOnlyBasicProperties properties, string name) => properties.Headers?.TryGetValue(name, out var value) == true
        ? value is byte[] utf8 ? Encoding.UTF8.GetString(utf8) : value?.ToString()
        : null;

    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        await connection.DisposeAsync();
    }
}
