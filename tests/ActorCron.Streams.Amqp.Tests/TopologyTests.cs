using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using RabbitMQ.Client;

namespace ActorCron.Streams.Amqp.Tests;

[Collection(BrokerCollection.Name)]
public class TopologyTests(Broker broker) : AmqpTest(broker)
{
    private static readonly RestartSettings Quickly = RestartSettings.Create(TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(200), 0.1);

    [Fact]
    public async Task Declaring_the_same_again_changes_nothing()
    {
        AmqpDeclaration[] all =
        [
            .. Enum.GetValues<AmqpQueueType>().Select(type => new QueueDeclaration($"{Queue}-{type}") { Type = type }),
            new QueueDeclaration(Queue)
            {
                Type = AmqpQueueType.Quorum, DeadLetterExchange = $"{Queue}-dead", DeadLetterRoutingKey = "dead", DeliveryLimit = 3,
                MaxLength = 1000, RejectPublishWhenFull = true, SingleActiveConsumer = true, MessageTimeToLive = TimeSpan.FromHours(1),
            },
            .. new[] { ExchangeType.Direct, ExchangeType.Topic, ExchangeType.Fanout, ExchangeType.Headers }
                .Select(type => new ExchangeDeclaration($"{Queue}-{type}", type) { AlternateExchange = $"{Queue}-other" }),
            new BindingDeclaration(Queue, $"{Queue}-topic", "a.*"),
        ];

        await Provider.DeclareAsync(all);
        await Provider.DeclareAsync(all);

        var listed = await Server.RunCtlAsync("list_queues", "name", "type", "arguments");
        var line = Assert.Single(listed.Split('\n'), line => line.StartsWith($"{Queue}\t", StringComparison.Ordinal));
        foreach (var argument in new[] { "quorum", "\"x-delivery-limit\",3", "\"x-max-length\",1000", "reject-publish", "x-single-active-consumer", "\"x-message-ttl\",3600000" })
            Assert.Contains(argument, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_queue_declared_otherwise_is_a_clear_error_that_is_not_retried()
    {
        await Provider.DeclareAsync([new QueueDeclaration(Queue) { Type = AmqpQueueType.Quorum }]);
        var starts = 0;

        var probe = AmqpRestart.Source(() =>
        {
            starts++;
            return AmqpSource.Committable(Provider, Source(AmqpQueueType.Classic));
        }, Quickly).RunWith(this.SinkProbe<CommittableMessage>(), Materializer);
        probe.Request(1);

        var failure = Assert.IsType<AmqpTopologyException>(probe.ExpectError());
        Assert.Equal(406, failure.ReplyCode);
        Assert.False(failure.IsTransient);
        Assert.Equal($"queue '{Queue}'", failure.Declaration);
        Assert.Contains("x-queue-type", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, starts);
    }

    [Fact]
    public async Task An_exchange_of_another_type_fails_a_publisher_and_is_not_retried()
    {
        var exchange = $"{Queue}-exchange";
        await Provider.DeclareAsync([new ExchangeDeclaration(exchange, ExchangeType.Direct) { AutoDelete = true }]);
        var settings = new AmqpPublishSettings
        {
            Declarations = [new ExchangeDeclaration(exchange, ExchangeType.Topic) { AutoDelete = true }],
            Restart = Quickly,
        };

        var (upstream, downstream) = this.SourceProbe<(OutgoingMessage, int)>()
            .Via(AmqpFlow.WithConfirms<int>(Provider, settings))
            .ToMaterialized(this.SinkProbe<(PublishOutcome Outcome, int Context)>(), Keep.Both).Run(Materializer);
        downstream.Request(1);

        Assert.Equal(406, Assert.IsType<AmqpTopologyException>(downstream.ExpectError()).ReplyCode);
        upstream.ExpectCancellation();
    }

    [Fact]
    public async Task A_passive_declaration_waits_for_the_operator_and_compares_nothing()
    {
        var settings = new AmqpSourceSettings(Queue) { Declarations = [new QueueDeclaration(Queue) { Passive = true }] };
        var probe = AmqpRestart.Source(() => AmqpSource.Committable(Provider, settings), Quickly)
            .RunWith(this.SinkProbe<CommittableMessage>(), Materializer);
        probe.Request(1);
        await Assert.ThrowsAsync<AmqpTopologyException>(() => Provider.DeclareAsync(settings.Declarations));

        await PublishAsync(["there now"], AmqpQueueType.Quorum);

        var message = probe.ExpectNext();
        Assert.Equal("there now", Text(message));
        await message.Ack();
        probe.Cancel();
    }

    [Fact]
    public async Task A_binding_to_a_missing_exchange_says_which()
    {
        var failure = await Assert.ThrowsAsync<AmqpTopologyException>(() => Provider.DeclareAsync(
            [new QueueDeclaration(Queue), new BindingDeclaration(Queue, "nowhere", "key")]));

        Assert.Equal(404, failure.ReplyCode);
        Assert.True(failure.IsTransient);
        Assert.Contains($"binding of queue '{Queue}' to exchange 'nowhere'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_user_lacking_a_permission_is_told()
    {
        var user = $"user-{Guid.NewGuid():N}";
        await Server.RunCtlAsync("add_user", user, "pass-word-1");
        await Server.RunCtlAsync("set_permissions", user, "^$", "^$", "^$");
        await using var provider = new AmqpConnectionProvider(Provider.Settings with { Credentials = new AmqpCredentials(user, "pass-word-1") });

        var failure = await Assert.ThrowsAsync<AmqpTopologyException>(() => provider.DeclareAsync([new QueueDeclaration(Queue)]));

        Assert.Equal(403, failure.ReplyCode);
        Assert.False(failure.IsTransient);
    }
}
