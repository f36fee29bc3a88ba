using ActorCron.Actors.Brokers;
using ActorCron.Actors.RabbitMq;
using ActorCron.Streams.Amqp;
using RabbitMQ.Client;

namespace ActorCron.Actors.Tests.Brokers;

/// <summary>What keeps messages from moving, on a RabbitMQ that answers all the while.</summary>
public sealed class RabbitProbeTests(RabbitBroker rabbit) : RabbitTest(rabbit.Server), IClassFixture<RabbitBroker>
{
    private readonly string _exchange = $"x{Guid.NewGuid():N}";

    [Fact]
    public async Task A_message_gets_through_time_and_again_and_nothing_is_left_of_it()
    {
        var broker = Of();
        for (var i = 0; i < 3; i++) await broker.PingAsync(default);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => broker.PingAsync(default)));
        await broker.DisposeAsync();

        await Eventually(() => Server.RunCtlAsync("list_queues", "name"), queues => !queues.Contains("probe", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_exchange_of_another_kind_blocks_and_is_named_until_it_is_gone()
    {
        await Plain.Channel.ExchangeDeclareAsync(_exchange, "fanout", durable: true);
        await using var broker = Of();

        var blocked = await Assert.ThrowsAsync<BrokerBlockedException>(() => broker.PingAsync(default));

        Assert.Contains($"exchange '{_exchange}'", blocked.Message, StringComparison.Ordinal);
        await Plain.Channel.ExchangeDeleteAsync(_exchange);
        await PassesAsync(broker);
    }

    [Fact]
    public async Task A_queue_of_another_kind_that_this_node_takes_from_blocks_and_is_named()
    {
        await Plain.Channel.QueueDeclareAsync($"{_exchange}.{Queue}", durable: true, exclusive: false, autoDelete: false);
        await using var broker = Of();
        broker.Deliveries(Queue, 1);

        var blocked = await Assert.ThrowsAsync<BrokerBlockedException>(() => broker.PingAsync(default));

        Assert.Contains($"queue '{_exchange}.{Queue}'", blocked.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("^$", ".*", ".*")]
    [InlineData(".*", "^$", ".*")]
    [InlineData(".*", ".*", "^$")]
    public async Task A_right_that_is_missing_blocks_and_is_named_until_it_is_given(string configure, string write, string read)
    {
        var user = $"u{Guid.NewGuid():N}";
        await Server.RunCtlAsync("add_user", user, "secret");
        await Server.RunCtlAsync("set_permissions", user, configure, write, read);
        await using var broker = Of(user);

        var blocked = await Assert.ThrowsAsync<BrokerBlockedException>(() => broker.PingAsync(default));

        Assert.Contains("refused", blocked.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", blocked.Message, StringComparison.Ordinal);
        await Server.RunCtlAsync("set_permissions", user, ".*", ".*", ".*");
        await PassesAsync(broker);
    }

    [Fact]
    public async Task An_alarm_blocks_and_heals_by_itself()
    {
        await using var broker = Of();
        await broker.PingAsync(default);
        await Server.RunCtlAsync("set_vm_memory_high_watermark", "absolute", "1");

        await Eventually(() => OutcomeAsync(broker), outcome => outcome.Contains("takes no messages for now", StringComparison.Ordinal));

        await Server.RunCtlAsync("set_vm_memory_high_watermark", "0.4");
        await PassesAsync(broker);
    }

    private RabbitRunBroker Of(string? user = null)
    {
        var connection = Settings(Server).Connection;
        if (user is not null) connection = connection with { Credentials = new AmqpCredentials(user, "secret") };
        return new RabbitRunBroker(new RabbitMqBrokerSettings(connection) { Exchange = _exchange });
    }

    private static Task PassesAsync(RabbitRunBroker broker) => Eventually(() => OutcomeAsync(broker), outcome => outcome == "ok");

    private static async Task<string> OutcomeAsync(RabbitRunBroker broker)
    {
        try
        {
            await broker.PingAsync(default);
            return "ok";
        }
        catch (Exception cause) when (cause is BrokerBlockedException or AmqpException or TimeoutException)
        {
            return cause.Message;
        }
    }
}
