using ActorCron.Core.Limits;
using CsCheck;

namespace ActorCron.Core.Tests.Limits;

public class QueuePermitsTests
{
    private static readonly TimeSpan Start = TimeSpan.FromHours(1);

    private static QueuePermits Max(int max) => new(new QueueLimit(max, null, TimeSpan.FromSeconds(1)), Start);

    private static QueuePermits.Need Holds(int holding, int mayHold = 0, int unusedStarts = 0, bool hasHeard = true) => new(holding, mayHold, unusedStarts, hasHeard);

    [Fact]
    public void A_queue_without_a_limit_gets_no_number()
    {
        var permits = new QueuePermits(new QueueLimit(null, null, TimeSpan.FromSeconds(1)), Start);

        Assert.Equal(new QueuePermits.Grant(null, null), permits.Ask("a", Holds(5, unusedStarts: 5), 1, true, Start));
    }

    [Fact]
    public void A_fresh_dealer_deals_nothing_new_until_it_has_heard_all_or_long_enough()
    {
        var permits = Max(4);

        Assert.Equal(0, permits.Ask("a", Holds(0), 2, heardAll: false, Start + TimeSpan.FromSeconds(1)).Concurrency);
        Assert.Equal(3, permits.Ask("b", Holds(3), 2, heardAll: false, Start + TimeSpan.FromSeconds(2)).Concurrency);
        Assert.Equal(1, permits.Ask("a", Holds(0), 2, heardAll: true, Start + TimeSpan.FromSeconds(2)).Concurrency);
        Assert.Equal(2, Max(4).Ask("a", Holds(0), 2, heardAll: false, Start + QueuePermits.Hearing + TimeSpan.FromTicks(1)).Concurrency);
    }

    [Fact]
    public void A_busy_node_grows_into_what_others_do_not_use_and_a_node_that_left_gives_back_its_part()
    {
        var permits = Max(4);
        Assert.Equal(3, permits.Ask("b", Holds(2), 2, true, Start).Concurrency);
        Assert.Equal(1, permits.Ask("a", Holds(0), 2, true, Start).Concurrency);

        permits.Forget("b");

        Assert.Equal(4, permits.Ask("a", Holds(2), 1, true, Start).Concurrency);
    }

    [Fact]
    public void What_is_taken_from_a_node_is_free_only_when_the_node_says_so()
    {
        var permits = Max(4);
        Assert.Equal(4, permits.Ask("a", Holds(4), 1, true, Start).Concurrency);
        permits.Ask("b", Holds(0), 2, true, Start);

        Assert.Equal(2, permits.Ask("a", Holds(1, mayHold: 4), 2, true, Start).Concurrency);
        Assert.Equal(0, permits.Ask("b", Holds(0), 2, true, Start).Concurrency);
        permits.Ask("a", Holds(1, mayHold: 2, hasHeard: false), 2, true, Start);
        Assert.Equal(0, permits.Ask("b", Holds(0), 2, true, Start).Concurrency);
        permits.Ask("a", Holds(1, mayHold: 2), 2, true, Start);
        Assert.Equal(2, permits.Ask("b", Holds(0), 2, true, Start).Concurrency);
    }

    [Fact]
    public void A_node_that_joins_a_busy_one_gets_its_share_as_runs_end()
    {
        var permits = Max(4);
        permits.Ask("a", Holds(4, mayHold: 4), 1, true, Start);
        permits.Ask("b", Holds(0), 2, true, Start);

        Assert.Equal(2, permits.Ask("a", Holds(4, mayHold: 4), 2, true, Start).Concurrency);
        permits.Ask("a", Holds(2, mayHold: 2), 2, true, Start);
        Assert.Equal(2, permits.Ask("b", Holds(0), 2, true, Start).Concurrency);
    }

    private static readonly Gen<(int Node, int Move, int Amount)[]> Days = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 20], Gen.Int[0, 12]).Array[1, 300];

    private sealed class Node
    {
        public int Holding { get; set; }
        public int Permit { get; set; }
        public int MayHold { get; set; }
        public int Heard { get; set; }
        public int Last { get; set; }
        public bool WasHeard { get; set; }
        public Queue<(int Grant, int Number)> OnTheWay { get; } = [];
    }

    // Four nodes ask, hear the answers late, take what they may, finish, die; now and then the dealer is a new one that knows nothing.
    [Fact]
    public void Never_more_runs_than_the_limit_execute_over_all_nodes_through_fail_overs_too() => Gen.Select(Days, Gen.Int[1, 8]).Sample((steps, max) =>
    {
        var permits = Max(max);
        var nodes = Enumerable.Range(0, 4).Select(_ => new Node()).ToArray();
        var answers = 0;
        foreach (var (i, move, amount) in steps)
        {
            var node = nodes[i];
            switch (move)
            {
                case <= 6:
                    node.WasHeard = true;
                    var need = Holds(node.Holding, Math.Max(node.Permit, node.MayHold), hasHeard: node.Heard == node.Last);
                    var grant = permits.Ask($"n{i}", need, 4, nodes.All(n => n.WasHeard), Start + TimeSpan.FromSeconds(1)).Concurrency!.Value;
                    node.OnTheWay.Enqueue((grant, node.Last = ++answers));
                    break;
                case <= 11:
                    if (!node.OnTheWay.TryDequeue(out var answer)) break;
                    (node.Permit, node.Heard) = answer;
                    node.MayHold = Math.Max(node.MayHold, node.Permit);
                    break;
                case <= 13: node.MayHold = Math.Max(node.Holding, node.Permit); break;
                case <= 16: node.Holding = Math.Max(node.Holding, Math.Min(node.MayHold, node.Holding + amount)); break;
                case <= 18: node.Holding = Math.Max(0, node.Holding - amount); break;
                case 19:
                    nodes[i] = new Node();
                    permits.Forget($"n{i}");
                    break;
                default:
                    permits = Max(max);
                    foreach (var each in nodes)
                    {
                        each.OnTheWay.Clear();
                        (each.WasHeard, each.Last) = (false, each.Heard);
                    }
                    break;
            }
            Assert.True(nodes.Sum(n => n.Holding) <= max, $"{string.Join('+', nodes.Select(n => n.Holding))} > {max}");
        }
    }, iter: 5000);

    [Theory]
    [InlineData(5, 1)]
    [InlineData(100, 1)]
    [InlineData(10, 60)]
    [InlineData(1, 3600)]
    public void The_rate_holds_in_any_window_and_is_nearly_reached(int count, int perSeconds)
    {
        var permits = new QueuePermits(new QueueLimit(null, count, TimeSpan.FromSeconds(perSeconds)), Start);
        var step = TimeSpan.FromSeconds(perSeconds / 200.0);
        var starts = new List<(TimeSpan At, int Count)>();
        for (var i = 1; i <= 2000; i++)
        {
            var now = Start + (step * i);
            starts.Add((now, permits.Ask($"n{i % 3}", Holds(0), 3, true, now).Starts!.Value));
        }

        // At a whole start's grain, and a quarter of a second's worth of burst.
        var most = count + (int)Math.Ceiling(Math.Max(1, count / (double)perSeconds / 4));
        for (var from = 0; from + 200 <= starts.Count; from++) Assert.InRange(starts.Skip(from).Take(200).Sum(start => start.Count), 0, most);
        Assert.InRange(starts.Sum(start => start.Count), (count * 10) - 1 - (int)Math.Ceiling(count * 0.05), (count * 10) + most - count);
    }

    // Each of many idle nodes would hold some, and a burst would use them all at once.
    [Fact]
    public void A_node_without_a_run_that_waits_gets_no_start_to_keep()
    {
        var permits = new QueuePermits(new QueueLimit(null, 5, TimeSpan.FromSeconds(1)), Start);

        for (var i = 0; i < 30; i++) Assert.Equal(0, permits.Ask($"n{i % 3}", Holds(0) with { WaitsForStart = false }, 3, true, Start + TimeSpan.FromSeconds(i)).Starts);
        Assert.Equal(1, permits.Ask("n0", Holds(1), 3, true, Start + TimeSpan.FromSeconds(30)).Starts);
        Assert.Equal(0, permits.Ask("n1", Holds(1), 3, true, Start + TimeSpan.FromSeconds(30)).Starts);
    }

    [Fact]
    public void Starts_that_a_node_has_not_used_are_not_dealt_again()
    {
        var permits = new QueuePermits(new QueueLimit(null, 4, TimeSpan.FromSeconds(1)), Start);
        Assert.Equal(1, permits.Ask("a", Holds(0), 1, true, Start).Starts);

        Assert.Equal(0, permits.Ask("a", Holds(0, unusedStarts: 1), 1, true, Start + TimeSpan.FromSeconds(9)).Starts);
        Assert.Equal(1, permits.Ask("a", Holds(0, unusedStarts: 0), 1, true, Start + TimeSpan.FromSeconds(9)).Starts);
    }
}
