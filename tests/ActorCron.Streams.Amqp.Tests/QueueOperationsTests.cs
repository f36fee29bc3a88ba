using Akka.Streams.Dsl;

namespace ActorCron.Streams.Amqp.Tests;

[Collection(BrokerCollection.Name)]
public class QueueOperationsTests(Broker broker) : AmqpTest(broker)
{
    [Fact]
    public async Task Depth_counts_messages_and_consumers_and_knows_a_missing_queue()
    {
        Assert.Null(await Provider.QueueDepthAsync(Queue));
        await PublishAsync(Numbers(3));
        Assert.Equal(new AmqpQueueDepth(3, 0), await Provider.QueueDepthAsync(Queue));

        var control = AmqpSource.Committable(Provider, Source(prefetch: 1)).ToMaterialized(Sink.Ignore<CommittableMessage>(), Keep.Left).Run(Materializer);
        await control.Ready.WaitAsync(Soon);
        await Eventually(() => Provider.QueueDepthAsync(Queue), depth => depth == new AmqpQueueDepth(2, 1));
        await control.DrainAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task Purge_and_delete_tell_how_many_messages_went()
    {
        await PublishAsync(Numbers(4));

        Assert.Equal(4, await Provider.PurgeQueueAsync(Queue));
        Assert.Equal(404, (await Assert.ThrowsAsync<AmqpTopologyException>(() => Provider.PurgeQueueAsync("no-such-queue"))).ReplyCode);
        await PublishAsync(Numbers(2));
        Assert.Equal(406, (await Assert.ThrowsAsync<AmqpTopologyException>(() => Provider.DeleteQueueAsync(Queue, onlyIfEmpty: true))).ReplyCode);
        Assert.Equal(2, await Provider.DeleteQueueAsync(Queue));
        Assert.Equal(0, await Provider.DeleteQueueAsync(Queue));
        Assert.Null(await Provider.QueueDepthAsync(Queue));
    }

    [Fact]
    public async Task A_peek_leaves_the_messages_where_they_are()
    {
        await PublishAsync(Numbers(5));

        Assert.Equal(["0", "1", "2"], (await Provider.PeekAsync(Queue, 3)).Select(Text));

        await QueueHolds(5);
        Assert.Equal(Numbers(5), await Contents());
        Assert.Empty(await Provider.PeekAsync((await Declared("empty")).Name, 10));
    }

    [Fact]
    public async Task Dead_letters_move_back_to_work_one_by_one_and_only_when_confirmed()
    {
        await PublishAsync(Numbers(5));
        var work = await Declared("work");

        var moved = await Provider.MoveAsync(Queue, 10, message => Text(message) == "2"
            ? null
            : new OutgoingMessage(message.Body) { RoutingKey = work.Name, MessageId = $"moved-{Text(message)}" });

        Assert.Equal(4, moved);
        Assert.Equal(["moved-0", "moved-1", "moved-3", "moved-4"], (await Provider.PeekAsync(work.Name, 10)).Select(message => message.Properties.MessageId));
        await QueueHolds(1);
        Assert.Equal(["2"], await Contents());

        var failure = await Assert.ThrowsAsync<AmqpPublishException>(() =>
            Provider.MoveAsync(Queue, 10, message => new OutgoingMessage(message.Body) { RoutingKey = "nobody" }));
        Assert.IsType<PublishOutcome.Returned>(failure.Outcome);
        await QueueHolds(1);
    }

    [Fact]
    public async Task One_message_is_published_with_its_outcome()
    {
        await Provider.DeclareAsync([new QueueDeclaration(Queue) { MaxLength = 1, RejectPublishWhenFull = true }]);

        Assert.True((await Provider.PublishAsync(Text("first", Queue))).IsConfirmed);
        Assert.IsType<PublishOutcome.Nacked>(await Provider.PublishAsync(Text("second", Queue)));
        Assert.IsType<PublishOutcome.Returned>(await Provider.PublishAsync(Text("x", "nobody")));
        Assert.IsType<PublishOutcome.Invalid>(await Provider.PublishAsync(Text("x", new string('k', 256))));
        Assert.IsType<PublishOutcome.Lost>(await Provider.PublishAsync(Text("x") with { Exchange = "no-such-exchange" }));
        Assert.Equal(["first"], await Contents());
    }

    [Fact]
    public async Task A_frozen_broker_costs_an_operation_its_timeout_and_no_more()
    {
        await using var server = await ActorCron.Tests.Fixtures.RabbitMqServer.StartAsync();
        await using var provider = new AmqpConnectionProvider(AmqpConnectionSettings.FromUri(server.Uri.ToString()) with
        {
            // Enough for what goes before and after.
            OperationTimeout = TimeSpan.FromSeconds(3),
        });
        await provider.ReadyAsync();
        await server.PauseAsync();

        await Assert.ThrowsAsync<AmqpChannelClosedException>(() => provider.QueueDepthAsync(Queue).WaitAsync(Soon));
        using var impatient = new CancellationTokenSource(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => provider.QueueDepthAsync(Queue, impatient.Token).WaitAsync(Soon));
        await server.ResumeAsync();
        Assert.Null(await provider.QueueDepthAsync(Queue));
    }

    private async Task<QueueDeclaration> Declared(string suffix)
    {
        var queue = new QueueDeclaration($"{Queue}-{suffix}");
        await Provider.DeclareAsync([queue]);
        return queue;
    }
}
