using System.Collections.Concurrent;
using ActorCron.Actors.Brokers;
using ActorCron.Core.Messages;
using ActorCron.Streams.Amqp;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorCron.Actors.Tests.Brokers;

/// <summary>A RabbitMQ that is stopped, killed and frozen.</summary>
public sealed class RabbitOutageTests(RabbitBroker rabbit) : RabbitTest(rabbit.Server), IClassFixture<RabbitBroker>
{
    public override async Task InitializeAsync()
    {
        if (!Server.IsRunning) await Server.StartAgainAsync();
        await base.InitializeAsync();
    }

    [Fact]
    public async Task A_broker_killed_under_load_costs_no_run()
    {
        const int count = 5000;
        await MakeQueue();
        var taken = new ConcurrentDictionary<string, bool>();
        var restarted = Task.CompletedTask;
        var consuming = ConsumeThroughTrouble(taken);

        // As the dispatcher does: what the flow had not answered for is published again.
        var open = Enumerable.Range(0, count).Select(i => Run($"r{i}")).ToDictionary(item => item.Spec.Id);
        while (open.Count > 0)
        {
            try
            {
                await Source.From(open.Values.ToList()).Via(Broker.Publish()).RunForeach(outcome =>
                {
                    if (outcome.Failure is null) open.Remove(outcome.Item.Spec.Id);
                    if (open.Count == count / 2 && restarted.IsCompleted) restarted = Restart();
                }, Materializer).WaitAsync(Soon);
            }
            catch (Exception e) when (e is AmqpException or AggregateException { InnerException: AmqpException })
            {
                await Task.Delay(200);
            }
        }
        await restarted.WaitAsync(Soon);

        await Eventually(() => Task.FromResult(taken.Count), seen => seen == count);
        await Eventually(() => Broker.GetDepthAsync(Queue, default), depth => depth is { Messages: 0 });
        consuming.Shutdown();
    }

    [Fact]
    public async Task While_the_broker_is_away_streams_fail_and_questions_are_answered_fast()
    {
        await Server.KillAsync();

        await Assert.ThrowsAnyAsync<AmqpException>(() => Publish(Run("a")));
        await Assert.ThrowsAnyAsync<AmqpException>(() => Consume().Ended.WaitAsync(Soon));
        await Assert.ThrowsAnyAsync<AmqpException>(() => new TestConsumer<ResultDelivery>(Broker.Results(), Materializer).Ended.WaitAsync(Soon));
        // A busy machine may hold one of them up, not every one.
        await Eventually(async () =>
        {
            var since = TimeProvider.System.GetTimestamp();
            await Assert.ThrowsAnyAsync<AmqpException>(() => Broker.PingAsync(default));
            return TimeProvider.System.GetElapsedTime(since);
        }, took => took < TimeSpan.FromSeconds(2.5));

        await Server.StartAgainAsync();

        await Broker.PingAsync(default);
        Assert.Null(Assert.Single(await Publish(Run("a"))).Failure);
        Assert.Equal("a", (await ConsumeWhenItCan().Next()).Spec.Id);
    }

    [Fact]
    public async Task A_frozen_broker_fails_a_ping_in_two_seconds_and_pings_leave_no_connections_behind()
    {
        await Broker.PingAsync(default);
        await Server.PauseAsync();
        try
        {
            // A process that is told to stop may still say a word, and a busy machine may hold a ping up, not every one.
            var (_, took) = await Eventually(async () =>
            {
                var since = TimeProvider.System.GetTimestamp();
                return (Fails: await FailsToAnswer(Broker), Took: TimeProvider.System.GetElapsedTime(since));
            }, ping => ping.Fails && ping.Took < TimeSpan.FromSeconds(4));
            Assert.True(took > TimeSpan.FromSeconds(1.5), $"the ping was given up after {took}");
            await using var fresh = new RabbitMq.RabbitRunBroker(Settings(Server));
            for (var i = 0; i < 3; i++) Assert.True(await FailsToAnswer(fresh));
        }
        finally
        {
            await Server.ResumeAsync();
        }

        await Eventually(() => FailsToAnswer(Broker), fails => !fails);
        await Eventually(() => Server.RunCtlAsync("list_connections", "client_properties"), // One to publish, one for the rest.
            connections => connections.Split(UnderTest).Length - 1 <= 2);
    }

    [Fact]
    public async Task Settling_and_draining_after_the_broker_is_gone_end_quietly_and_the_message_comes_again()
    {
        await MakeQueue();
        await Publish(Run("a"), Run("b"), Run("c"));
        var consumer = Consume(3);
        var held = await consumer.Next(3);
        await Server.KillAsync();
        await Assert.ThrowsAnyAsync<AmqpException>(() => consumer.Ended.WaitAsync(Soon));

        await held[0].AckAsync().WaitAsync(Soon);
        await held[1].RequeueAsync().WaitAsync(Soon);
        await held[2].DeadLetterAsync("late").WaitAsync(Soon);
        await consumer.Control.DrainAsync().WaitAsync(Soon);

        await Server.StartAgainAsync();
        Assert.Equal(["a", "b", "c"], (await ConsumeWhenItCan().Next(3)).Select(delivery => delivery.Spec.Id).Order());
    }

    private static async Task<bool> FailsToAnswer(IRunBroker broker)
    {
        try
        {
            await broker.PingAsync(default);
            return false;
        }
        catch (Exception cause) when (cause is TimeoutException or AmqpException)
        {
            return true;
        }
    }

    // RabbitMQ 3 writes down half a second later, if it comes to it, who keeps a new quorum queue: killed before, it never hands out that
    // queue again. Nothing tells when it has.
    private async Task MakeQueue()
    {
        await (await Listening()).Control.DrainAsync();
        await (await Results()).Control.DrainAsync();
        await Task.Delay(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task The_Python_worker_comes_back_with_the_broker()
    {
        await MakeQueue();
        await Publish(Run("a"));
        await using var worker = new PythonProgram("worker.py", ("AMQP_URL", $"{Server.Uri}"), ("QUEUE", Queue), ("COUNT", "2"));
        await Eventually(() => Broker.GetDepthAsync(Queue, default), depth => depth is { Messages: 0, Consumers: 1 });

        await Restart();
        Assert.Null((await PublishWhenItCan(Run("b"))).Failure);

        var (exitCode, _, errors) = await worker.EndAsync();
        Assert.True(exitCode == 0, errors);
        Assert.Contains("stopped after 2 runs", errors, StringComparison.Ordinal);
    }

    private async Task<DispatchOutcome> PublishWhenItCan(DispatchItem item)
    {
        while (true)
        {
            try
            {
                return Assert.Single(await Publish(item));
            }
            catch (AmqpException)
            {
                await Task.Delay(200);
            }
        }
    }

    private async Task Restart()
    {
        await Server.KillAsync();
        await Server.StartAgainAsync();
    }

    private UniqueKillSwitch ConsumeThroughTrouble(ConcurrentDictionary<string, bool> taken) =>
        RestartSource.OnFailuresWithBackoff(() => Broker.Deliveries(Queue, 64), RestartSettings.Create(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1), 0))
            .ViaMaterialized(KillSwitches.Single<RunDelivery>(), Keep.Right)
            .SelectAsync(64, async delivery =>
            {
                await delivery.AckAsync();
                taken.TryAdd(delivery.Spec.Id, true);
                return delivery;
            })
            .To(Sink.Ignore<RunDelivery>()).Run(Materializer);
}
