using System.Text;
using ActorCron.Tests.Fixtures;
using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorCron.Streams.Amqp.Tests;

/// <summary>A connection to a broker and a queue name of the test's own.</summary>
public abstract class AmqpTest : TestKit, IAsyncLifetime
{
    protected static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    protected AmqpTest(Broker broker) : this(broker.Server)
    {
    }

    protected AmqpTest(RabbitMqServer server) : base("akka { loglevel = OFF, stdout-loglevel = OFF }")
    {
        Server = server;
        Materializer = Sys.Materializer();
        Provider = new AmqpConnectionProvider(AmqpConnectionSettings.FromUri(Server.Uri.ToString()));
    }

    protected RabbitMqServer Server { get; }

    protected IMaterializer Materializer { get; }

    protected AmqpConnectionProvider Provider { get; }

    protected string Queue { get; } = $"test-{Guid.NewGuid():N}";

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync() => await Provider.DisposeAsync();

    protected static OutgoingMessage Text(string text, string? routingKey = null) =>
        new(Encoding.UTF8.GetBytes(text)) { RoutingKey = routingKey };

    protected static string Text(IncomingMessage message) => Encoding.UTF8.GetString(message.Body.Span);

    protected AmqpSourceSettings Source(AmqpQueueType type = AmqpQueueType.Classic, ushort prefetch = 100) => new(Queue)
    {
        Declarations = [new QueueDeclaration(Queue) { Type = type }],
        Prefetch = prefetch,
    };

    protected AmqpPublishSettings ToQueue(AmqpQueueType type = AmqpQueueType.Classic) => new()
    {
        RoutingKey = Queue,
        Declarations = [new QueueDeclaration(Queue) { Type = type }],
    };

    /// <summary>Publishes to the test's queue, which is declared first.</summary>
    protected Task<Done> PublishAsync(IEnumerable<string> texts, AmqpQueueType type = AmqpQueueType.Classic) =>
        Akka.Streams.Dsl.Source.From(texts).Select(text => Text(text))
            .RunWith(AmqpSink.WithConfirms(Provider, ToQueue(type)), Materializer).WaitAsync(Soon);

    protected static IEnumerable<string> Numbers(int count) => Enumerable.Range(0, count).Select(i => $"{i}");

    /// <summary>Waits until a condition holds; fails with what was last seen.</summary>
    protected static async Task Eventually<T>(Func<Task<T>> look, Func<T, bool> holds)
    {
        var until = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var seen = await look();
            if (holds(seen)) return;
            Assert.True(TimeProvider.System.GetElapsedTime(until) < Soon, $"still {seen} after {Soon}");
            await Task.Delay(20);
        }
    }

    protected Task QueueHolds(long messages) => Eventually(
        () => Provider.QueueDepthAsync(Queue), depth => depth?.Messages == messages);

    /// <summary>Takes all that is in a queue, for good.</summary>
    protected async Task<IReadOnlyList<(string Text, bool Redelivered)>> TakeAll(AmqpConnectionProvider provider, string queue)
    {
        var left = (await provider.QueueDepthAsync(queue))!.Messages;
        return [.. await AmqpSource.Committable(provider, new AmqpSourceSettings(queue) { Prefetch = 1000 })
            .SelectAsync(1000, async message =>
            {
                await message.Ack();
                return (Text(message), message.Redelivered);
            })
            .Take(left).RunWith(Sink.Seq<(string, bool)>(), Materializer).WaitAsync(Soon)];
    }

    /// <summary>The texts of all that is in the queue now.</summary>
    protected async Task<IReadOnlyList<string>> Contents() => [.. (await Provider.PeekAsync(Queue, 10_000)).Select(Text)];
}
