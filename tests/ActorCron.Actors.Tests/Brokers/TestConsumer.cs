using System.Threading.Channels;
using ActorCron.Actors.Brokers;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorCron.Actors.Tests.Brokers;

/// <summary>Runs a stream of deliveries with demand at any time, and hands out what it brings.</summary>
internal sealed class TestConsumer<T> where T : class
{
    private readonly Channel<T> _received = Channel.CreateUnbounded<T>();
    private readonly UniqueKillSwitch _switch;
    private int _count;

    public TestConsumer(Source<T, IDeliveryControl> source, IMaterializer materializer)
    {
        ((Control, _switch), Ended) = source
            .ViaMaterialized(KillSwitches.Single<T>(), Keep.Both)
            .ToMaterialized(Sink.ForEach<T>(delivery =>
            {
                Interlocked.Increment(ref _count);
                _received.Writer.TryWrite(delivery);
            }), Keep.Both)
            .Run(materializer);
        // Whoever waits for more is told why there is none.
        Ended.ContinueWith(ended => _received.Writer.TryComplete(ended.Exception?.InnerException), TaskScheduler.Default);
    }

    public IDeliveryControl Control { get; }

    /// <summary>Ends as the stream does.</summary>
    public Task Ended { get; }

    /// <summary>How many came so far.</summary>
    public int Count => Volatile.Read(ref _count);

    public async Task<T> Next() => await _received.Reader.ReadAsync().AsTask().WaitAsync(Soon);

    public async Task<List<T>> Next(int count)
    {
        var deliveries = new List<T>();
        while (deliveries.Count < count) deliveries.Add(await Next());
        return deliveries;
    }

    /// <summary>Whether nothing comes for a while.</summary>
    public async Task<bool> IsQuiet()
    {
        var next = _received.Reader.WaitToReadAsync().AsTask();
        return await Task.WhenAny(next, Task.Delay(300)) != next;
    }

    /// <summary>Gives the stream up, as the end of its owner does.</summary>
    public void Cancel() => _switch.Shutdown();
}
