using ActorCron.Actors.Brokers;
using ActorCron.Actors.RabbitMq;
using ActorCron.Core.Messages;
using ActorCron.Streams.Amqp;
using Akka.Streams.Dsl;
using RabbitMQ.Client;

namespace ActorCron.Actors.Tests.Brokers;

/// <summary>Queues that are deleted, different or full of returns, on a RabbitMQ that runs.</summary>
[Collection(RabbitCollection.Name)]
public sealed class RabbitTroubleTests(RabbitBroker rabbit) : RabbitTest(rabbit.Server)
{
    [Fact]
    public async Task A_message_for_a_queue_that_was_deleted_is_answered_for_and_the_next_finds_the_queue_again()
    {
        var (queue, outcomes) = Source.Queue<DispatchItem>(10, Akka.Streams.OverflowStrategy.Fail)
            .Via(Broker.Publish())
            .ToMaterialized(Sink.Queue<DispatchOutcome>(), Keep.Both).Run(Materializer);
        await queue.OfferAsync(Run("a"));
        Assert.Null((await outcomes.PullAsync()).Value.Failure);
        await Plain.Channel.QueueDeleteAsync(Name);

        await queue.OfferAsync(Run("b"));
        Assert.Contains("no queue took it", (await outcomes.PullAsync().WaitAsync(Soon)).Value.Failure, StringComparison.Ordinal);

        await queue.OfferAsync(Run("b"));
        Assert.Null((await outcomes.PullAsync().WaitAsync(Soon)).Value.Failure);
        Assert.Equal("b", (await Consume(1).Next()).Spec.Id);
    }

    [Fact]
    public async Task A_queue_that_exists_otherwise_is_a_failure_of_its_own_runs_alone()
    {
        await Plain.Channel.QueueDeclareAsync(Name, durable: true, exclusive: false, autoDelete: false);
        var other = Queue + "-2";

        var outcomes = await Publish(Run("a"), Run("b", other), Run("c"), Run("d", other));

        var failures = outcomes.ToDictionary(outcome => outcome.Item.Spec.Id, outcome => outcome.Failure);
        Assert.Contains($"queue '{Name}'", failures["a"], StringComparison.Ordinal);
        Assert.Equal(failures["a"], failures["c"]);
        Assert.Null(failures["b"]);
        Assert.Null(failures["d"]);
    }

    [Fact]
    public async Task A_queue_deleted_under_its_consumer_fails_the_stream_and_the_next_stream_makes_it_again()
    {
        var consumer = await Listening();

        await Plain.Channel.QueueDeleteAsync(Name);

        await Assert.ThrowsAnyAsync<AmqpException>(() => consumer.Ended.WaitAsync(Soon));
        var again = await Listening();
        await Publish(Run("a"));
        Assert.Equal("a", (await again.Next()).Spec.Id);
    }

    [Fact]
    public async Task What_is_given_back_too_often_becomes_a_dead_letter_and_can_be_sent_back()
    {
        await using var strict = new RabbitRunBroker(Settings(Server) with { DeliveryLimit = 2 });
        await Source.Single(Run("a")).Via(strict.Publish()).RunWith(Sink.Seq<DispatchOutcome>(), Materializer).WaitAsync(Soon);
        var consumer = new TestConsumer<RunDelivery>(strict.Deliveries(Queue, 1), Materializer);
        for (var i = 0; i < 3; i++) await (await consumer.Next()).RequeueAsync();

        var dead = Assert.Single(await Eventually(() => strict.GetDeadLettersAsync(10, default), letters => letters.Count > 0));
        Assert.Equal(("a", Queue), (dead.MessageId, dead.Queue));
        Assert.StartsWith("delivery-limit: ", dead.Reason, StringComparison.Ordinal);

        Assert.Equal(1, await strict.RequeueDeadLettersAsync("a", default));
        Assert.Equal(2, (await consumer.Next()).Attempt);
    }

    [Fact]
    public async Task Dead_letters_of_queues_that_are_gone_go_back_and_are_counted_once()
    {
        var other = Queue + "-2";
        await Publish(Run("a"), Run("b", other), Run("c"));
        var consumers = new[] { Consume(2), Consume(1, other) };
        foreach (var delivery in (List<RunDelivery>)[.. await consumers[0].Next(2), await consumers[1].Next()]) await delivery.DeadLetterAsync("broken");
        // A consumer of a quorum queue may outlive its queue, and take from the next one of that name.
        foreach (var consumer in consumers) await consumer.Control.DrainAsync().WaitAsync(Soon);
        foreach (var consumer in consumers) await consumer.Ended.WaitAsync(Soon);
        await Eventually(() => Broker.GetDeadLettersAsync(10, default), letters => letters.Count == 3);
        await Plain.Channel.QueueDeleteAsync(Name);
        await Plain.Channel.QueueDeleteAsync($"actorcron.jobs.{other}");

        Assert.Equal(3, await Broker.RequeueDeadLettersAsync(null, default));

        Assert.Equal(["a", "c"], (await Consume(5).Next(2)).Select(delivery => delivery.Spec.Id).Order());
        Assert.Equal("b", (await Consume(5, other).Next()).Spec.Id);
    }

    [Fact]
    public async Task A_dead_letter_of_unknown_origin_stays_where_it_is()
    {
        var consumer = await Listening();
        await Plain.Channel.BasicPublishAsync("actorcron.dead", "by-hand", true, new BasicProperties { MessageId = "m" }, "{}"u8.ToArray());

        Assert.Equal(0, await Broker.RequeueDeadLettersAsync(null, default));

        var dead = Assert.Single(await Eventually(() => Broker.GetDeadLettersAsync(10, default), letters => letters.Count == 1));
        Assert.Equal(("m", null), (dead.MessageId, dead.Queue));
        Assert.True(await consumer.IsQuiet());
    }

    [Fact]
    public async Task A_queue_that_is_not_there_has_no_depth_and_nothing_to_purge()
    {
        Assert.Null(await Broker.GetDepthAsync(Queue, default));
        Assert.Equal(0, await Broker.PurgeAsync(Queue, default));
        Assert.Empty(await Broker.GetDeadLettersAsync(10, default));
        Assert.Equal(0, await Broker.RequeueDeadLettersAsync(null, default));
    }
}
