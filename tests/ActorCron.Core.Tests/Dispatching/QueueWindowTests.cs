using ActorCron.Core.Dispatching;

namespace ActorCron.Core.Tests.Dispatching;

public class QueueWindowTests
{
    private static readonly TimeSpan Start = TimeSpan.FromHours(1);

    private readonly QueueWindow _window = new();
    private TimeSpan _now = Start;

    [Fact]
    public void There_is_room_until_as_much_as_its_size_stands_at_the_broker()
    {
        for (var i = 0; i < _window.Size; i++)
        {
            Assert.True(_window.HasRoom);
            _window.Published();
        }

        Assert.False(_window.HasRoom);
        _window.Seen(_window.Size / 2, 0, _now);
        Assert.True(_window.HasRoom);
    }

    [Fact]
    public void It_grows_while_the_broker_is_found_nearly_empty_and_shrinks_while_nobody_takes_anything_within_its_bounds()
    {
        for (var i = 0; i < 20; i++) _window.Seen(0, 0, _now += TimeSpan.FromMilliseconds(50));
        Assert.Equal(QueueWindow.Largest, _window.Size);

        for (var i = 0; i < 20; i++) _window.Seen(1_000_000, 0, _now += TimeSpan.FromMilliseconds(300));
        Assert.Equal(QueueWindow.Smallest, _window.Size);
        Assert.False(_window.HasRoom);
    }

    // The broker may have been asked before they came, and tells an empty queue.
    [Fact]
    public void What_the_broker_may_not_have_counted_takes_its_room_and_does_not_make_it_grow()
    {
        var size = _window.Size;
        for (var i = 0; i < size; i++) _window.Published();

        _window.Seen(0, size, _now);

        Assert.Equal(size, _window.Size);
        Assert.False(_window.HasRoom);
    }

    // As the dispatcher does: it fills what is free, and looks again when there is no room.
    [Theory]
    [InlineData(10, 32, 32)]
    [InlineData(2000, 900, 2000)]
    [InlineData(20_000, 5000, 16_384)]
    public void It_settles_at_what_the_consumers_take_in_about_half_a_second_and_does_not_let_them_run_dry(int perSecond, int least, int most)
    {
        const double look = 0.08;
        var (depth, taken, dry) = (0L, 0.0, 0);
        for (var i = 0; i < 400; i++)
        {
            for (; _window.HasRoom; depth++) _window.Published();
            taken = Math.Min(depth, perSecond * look + (taken - Math.Floor(taken)));
            if (i > 100 && depth < perSecond * look) dry++;
            depth -= (long)taken;
            _window.Seen(depth, 0, _now += TimeSpan.FromSeconds(look));
        }

        Assert.InRange(_window.Size, least, most);
        Assert.Equal(0, dry);
    }
}
