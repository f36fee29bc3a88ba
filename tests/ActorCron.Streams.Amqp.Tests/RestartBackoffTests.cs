using Akka.Streams;

namespace ActorCron.Streams.Amqp.Tests;

public class RestartBackoffTests
{
    private readonly Clock _clock = new();

    [Fact]
    public void Pauses_double_up_to_the_longest() =>
        Assert.Equal([1.0, 2.0, 4.0, 5.0, 5.0], Pauses(Backoff(RestartSettings.Create(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), 0)), 5));

    [Fact]
    public void Pauses_begin_anew_after_a_start_that_held()
    {
        var backoff = Backoff(RestartSettings.Create(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), 0));
        Pauses(backoff, 3);
        backoff.Started();
        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal([1.0, 2.0], Pauses(backoff, 2));
    }

    [Fact]
    public void A_start_that_did_not_hold_counts_on()
    {
        var backoff = Backoff(RestartSettings.Create(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(9), 0));
        Pauses(backoff, 2);
        backoff.Started();
        _clock.Advance(TimeSpan.FromMilliseconds(500));

        Assert.Equal([4.0], Pauses(backoff, 1));
    }

    [Fact]
    public void More_restarts_than_allowed_end_it()
    {
        var backoff = Backoff(RestartSettings.Create(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), 0).WithMaxRestarts(2, TimeSpan.FromMinutes(1)));
        Pauses(backoff, 2);

        Assert.Null(backoff.Next());
    }

    [Fact]
    public void Chance_only_lengthens_a_pause()
    {
        var backoff = Backoff(RestartSettings.Create(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 0.5));

        Assert.All(Pauses(backoff, 200), pause => Assert.InRange(pause, 1, 1.5));
    }

    private static List<double> Pauses(RestartBackoff backoff, int count) => [.. Enumerable.Range(0, count).Select(_ => backoff.Next()!.Value.TotalSeconds)];

    private RestartBackoff Backoff(RestartSettings settings) => new(settings, _clock);

    private sealed class Clock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
