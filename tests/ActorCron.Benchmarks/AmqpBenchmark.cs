using System.Globalization;
using ActorCron.Streams.Amqp;
using ActorCron.Tests.Fixtures;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace ActorCron.Benchmarks;

/// <summary>
/// What the stream connector costs over plain RabbitMQ.Client: publishing with confirms, and consuming with an acknowledgement each,
/// with the same window, bytes, queue and broker, in turns. The promise is at least 80 % of the plain client.
/// </summary>
public static class AmqpBenchmark
{
    private const int Window = 1000;
    private const ushort Prefetch = 500;
    private const int BodySize = 300;
    private const string Queue = "benchmark";

    /// <summary>Starts a broker of its own and prints a table.</summary>
    /// <param name="args">Queue type (<c>quorum</c> or <c>classic</c>), messages a round, rounds; by default quorum 100000 5.</param>
    public static async Task RunAsync(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        var type = Enum.Parse<AmqpQueueType>(args.ElementAtOrDefault(0) ?? "quorum", ignoreCase: true);
        var count = int.Parse(args.ElementAtOrDefault(1) ?? "100000", CultureInfo.InvariantCulture);
        var rounds = int.Parse(args.ElementAtOrDefault(2) ?? "5", CultureInfo.InvariantCulture);

        await using var server = await RabbitMqServer.StartAsync();
        await using var provider = new AmqpConnectionProvider(AmqpConnectionSettings.FromUri(server.Uri.ToString()));
        using var system = ActorSystem.Create("benchmark");
        await provider.DeclareAsync([new QueueDeclaration(Queue) { Type = type }]);
        await using var plain = await new ConnectionFactory { Uri = server.Uri }.CreateConnectionAsync();

        (string Name, Func<Task> Run, List<double> Rates)[] runs =
        [
            ("publish, plain client", () => PublishPlainAsync(plain, count), []),
            ("consume, connector", () => ConsumeStreamAsync(provider, system.Materializer(), count), []),
            ("publish, connector", () => PublishStreamAsync(provider, system.Materializer(), count), []),
            ("consume, plain client", () => ConsumePlainAsync(plain, count), []),
        ];
        // The first round warms up.
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var (_, run, rates) in runs)
            {
                var start = TimeProvider.System.GetTimestamp();
                await run();
                if (round > 0) rates.Add(count / TimeProvider.System.GetElapsedTime(start).TotalSeconds);
            }
        }

        Console.WriteLine($"{type} queue, {count} persistent messages of {BodySize} bytes a round, window {Window}, prefetch {Prefetch}; messages/s");
        foreach (var (name, _, rates) in runs)
            Console.WriteLine($"{name,-22} median {Median(rates),8:N0}   rounds {string.Join(' ', rates.Select(rate => rate.ToString("N0", CultureInfo.InvariantCulture)))}");
        Console.WriteLine($"connector / plain: publish {Median(runs[2].Rates) / Median(runs[0].Rates):P0}, consume {Median(runs[1].Rates) / Median(runs[3].Rates):P0}");
    }

    private static async Task PublishPlainAsync(IConnection connection, int count)
    {
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        var body = new byte[BodySize];
        var inFlight = new Queue<Task>(Window);
        for (var i = 0; i < count; i++)
        {
            if (inFlight.Count == Window) await inFlight.Dequeue();
            inFlight.Enqueue(channel.BasicPublishAsync("", Queue, mandatory: true, new BasicProperties { Persistent = true, MessageId = "id" }, body).AsTask());
        }
        while (inFlight.TryDequeue(out var last)) await last;
    }

    private static Task PublishStreamAsync(AmqpConnectionProvider provider, IMaterializer materializer, int count)
    {
        var body = new byte[BodySize];
        return Source.From(Enumerable.Range(0, count))
            .Select(i => (new OutgoingMessage(body) { MessageId = "id" }, i))
            .Via(AmqpFlow.WithConfirms<int>(provider, new AmqpPublishSettings { RoutingKey = Queue, Window = Window }))
            .RunWith(Sink.ForEach<(PublishOutcome Outcome, int Context)>(each =>
            {
                if (!each.Outcome.IsConfirmed) throw new AmqpPublishException(each.Outcome);
            }), materializer);
    }

    private static async Task ConsumePlainAsync(IConnection connection, int count)
    {
        await using var channel = await connection.CreateChannelAsync();
        await channel.BasicQosAsync(0, Prefetch, false);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = new AsyncEventingBasicConsumer(channel);
        var left = count;
        long bytes = 0;
        consumer.ReceivedAsync += async (_, message) =>
        {
            // As every consumer must that keeps a body past its callback.
            bytes += message.Body.ToArray().Length;
            await channel.BasicAckAsync(message.DeliveryTag, multiple: false);
            if (--left == 0) done.SetResult();
        };
        await channel.BasicConsumeAsync(Queue, autoAck: false, consumer);
        await done.Task;
    }

    private static async Task ConsumeStreamAsync(AmqpConnectionProvider provider, IMaterializer materializer, int count)
    {
        var (control, done) = AmqpSource.Committable(provider, new AmqpSourceSettings(Queue) { Prefetch = Prefetch })
            .SelectAsync(Prefetch, message => message.Ack())
            .Take(count)
            .ToMaterialized(Sink.Ignore<AckOutcome>(), Keep.Both)
            .Run(materializer);
        await done;
        await control.Ended;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
