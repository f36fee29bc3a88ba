using System.Collections.Concurrent;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorCron.Streams.Amqp.Tests;

/// <summary>Publishes numbers until each is confirmed: what the flow reports as lost or refused goes through it again.</summary>
public sealed class Republisher(
    Flow<(OutgoingMessage Message, int Context), (PublishOutcome Outcome, int Context), Task> flow, Func<int, OutgoingMessage> message, IMaterializer materializer)
{
    public ConcurrentDictionary<int, bool> Confirmed { get; } = new();

    /// <summary>How often each number was reported as lost or refused, where it was.</summary>
    public ConcurrentDictionary<int, int> Lost { get; } = new();

    /// <summary>How many were reported as what, beside confirmed.</summary>
    public ConcurrentDictionary<string, int> Reported { get; } = new();

    public async Task PublishAsync(int count, TimeSpan patience, Func<int, Task> onConfirmed)
    {
        try
        {
            await RunAsync(count, onConfirmed).WaitAsync(patience);
        }
        catch (TimeoutException)
        {
            var without = Enumerable.Range(0, count).Where(i => !Confirmed.ContainsKey(i)).ToList();
            var lost = without.Count(Lost.ContainsKey);
            throw new TimeoutException($"After {patience}, {Confirmed.Count} of {count} are confirmed; of the others {lost} were reported: "
                + $"{string.Join(", ", without.Take(20).Select(i => $"{i} ({Lost.GetValueOrDefault(i)} times)"))}; outcomes {string.Join(", ", Reported)}.");
        }
    }

    private Task RunAsync(int count, Func<int, Task> onConfirmed)
    {
        var (again, repeated) = Source.Queue<int>(count, OverflowStrategy.Fail).PreMaterialize(materializer);
        return Source.From(Enumerable.Range(0, count)).Merge(repeated)
            .Select(i => (message(i), i))
            .Via(flow)
            .SelectAsync(1, async each =>
            {
                if (each.Outcome.IsConfirmed)
                {
                    Assert.True(Confirmed.TryAdd(each.Context, true), $"{each.Context} was confirmed twice");
                    await onConfirmed(Confirmed.Count);
                }
                else
                {
                    // A broker that stops in good order refuses what it can no longer promise to keep; one that recovers a quorum queue may
                    // owe a confirm for longer than the flow waits. Either way nobody knows: it is published again, as a caller must.
                    Assert.True(each.Outcome is PublishOutcome.Lost or PublishOutcome.Nacked or PublishOutcome.TimedOut, $"{each}");
                    Reported.AddOrUpdate(each.Outcome.GetType().Name, 1, (_, times) => times + 1);
                    Lost.AddOrUpdate(each.Context, 1, (_, times) => times + 1);
                    await again.OfferAsync(each.Context);
                }
                return Confirmed.Count;
            })
            .TakeWhile(total => total < count)
            .RunWith(Sink.Ignore<int>(), materializer);
    }

    /// <summary>Every number arrived, and more often than once only if it was reported as lost or the broker says it repeats itself.</summary>
    public void Check(int count, IEnumerable<(string Text, bool Redelivered)> arrived)
    {
        var all = arrived.Select(each => (Number: int.Parse(each.Text), each.Redelivered)).ToList();
        var seen = all.Select(each => each.Number).ToHashSet();
        Assert.DoesNotContain(Enumerable.Range(0, count), i => !seen.Contains(i));
        var times = all.Where(each => !each.Redelivered).CountBy(each => each.Number);
        Assert.DoesNotContain(times, each => each.Value > 1 + Lost.GetValueOrDefault(each.Key));
    }
}
