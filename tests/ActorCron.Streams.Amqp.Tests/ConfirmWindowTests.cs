namespace ActorCron.Streams.Amqp.Tests;

public class ConfirmWindowTests
{
    private static readonly PublishOutcome Yes = PublishOutcome.Confirmed.Instance;
    private static readonly PublishOutcome No = PublishOutcome.Nacked.Instance;

    [Fact]
    public void Outcomes_come_out_in_order_of_publishing_whatever_order_they_came_in()
    {
        var window = Filled(3);

        window.Resolve(3, false, Yes);
        Assert.False(window.TryTake(out _, out _));
        window.Resolve(1, false, No);
        window.Resolve(2, false, Yes);

        Assert.Equal([("1", No), ("2", Yes), ("3", Yes)], Drain(window));
    }

    [Fact]
    public void Multiple_confirms_all_before_it_that_have_no_outcome_yet()
    {
        var window = Filled(5);

        window.Resolve(2, false, new PublishOutcome.Returned(312, "NO_ROUTE"));
        window.Resolve(4, true, Yes);

        Assert.Equal([("1", Yes), ("2", new PublishOutcome.Returned(312, "NO_ROUTE")), ("3", Yes), ("4", Yes)], Drain(window));
        Assert.Equal(1, window.Count);
    }

    [Fact]
    public void A_message_that_was_never_sent_does_not_shift_the_numbers()
    {
        var window = new ConfirmWindow<string>(10);
        window.Add(1, 0, "1");
        window.Add(2, 0, "bad");
        window.ResolveLast(1, new PublishOutcome.Invalid("x"));
        window.Add(2, 0, "2");
        window.Add(3, 0, "bad too");
        window.ResolveLast(2, new PublishOutcome.Invalid("x"));
        window.Add(3, 0, "3");

        window.Resolve(3, false, No);
        window.Resolve(2, true, Yes);

        Assert.Equal(["1", "bad", "2", "bad too", "3"], Drain(window).Select(each => each.Context));
    }

    [Fact]
    public void Late_and_unknown_confirms_change_nothing()
    {
        var window = Filled(2);
        window.ResolveUntil(0, PublishOutcome.TimedOut.Instance);
        Assert.Equal(2, Drain(window).Count);
        window.Add(3, 1, "3");

        window.Resolve(1, false, Yes);
        window.Resolve(2, true, Yes);
        window.Resolve(9, false, Yes);

        Assert.Empty(Drain(window));
        Assert.Equal(1, window.Count);
    }

    [Fact]
    public void Random_confirms_agree_with_a_plain_list()
    {
        var random = new Random(11);
        for (var round = 0; round < 200; round++)
        {
            var window = new ConfirmWindow<string>(16);
            var expected = new Dictionary<string, PublishOutcome>();
            var seen = new List<(string Context, PublishOutcome Outcome)>();
            var numbers = new List<(ulong Number, string Name)>();
            ulong number = 0;
            for (var step = 0; step < 200; step++)
            {
                if (!window.IsFull && random.Next(2) == 0)
                {
                    var name = $"{step}";
                    window.Add(++number, 0, name);
                    if (random.Next(8) == 0)
                    {
                        window.ResolveLast(--number, new PublishOutcome.Invalid(name));
                        expected[name] = new PublishOutcome.Invalid(name);
                    }
                    else
                    {
                        numbers.Add((number, name));
                    }
                }
                else if (number > 0)
                {
                    var (tag, multiple, outcome) = ((ulong)random.NextInt64((long)number) + 1, random.Next(3) == 0, random.Next(5) == 0 ? No : Yes);
                    window.Resolve(tag, multiple, outcome);
                    foreach (var (n, name) in numbers)
                        if (n == tag || (multiple && n < tag)) expected.TryAdd(name, outcome);
                }
                seen.AddRange(Drain(window));
            }
            Assert.All(seen, each => Assert.Equal(expected[each.Context], each.Outcome));
        }
    }

    private static ConfirmWindow<string> Filled(int count)
    {
        var window = new ConfirmWindow<string>(10);
        for (var i = 1; i <= count; i++) window.Add((ulong)i, 0, $"{i}");
        return window;
    }

    private static List<(string Context, PublishOutcome Outcome)> Drain(ConfirmWindow<string> window)
    {
        var all = new List<(string, PublishOutcome)>();
        while (window.TryTake(out var outcome, out var context)) all.Add((context, outcome));
        return all;
    }
}
