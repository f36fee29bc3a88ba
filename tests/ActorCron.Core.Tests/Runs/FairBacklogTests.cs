using ActorCron.Core.Runs;
using CsCheck;

namespace ActorCron.Core.Tests.Runs;

public class FairBacklogTests
{
    private readonly FairBacklog<string> _backlog = new();

    private List<string> TakeAll()
    {
        var taken = new List<string>();
        while (_backlog.TryTake(out var item)) taken.Add(item);
        return taken;
    }

    [Fact]
    public void One_users_thousands_do_not_hold_up_anothers_ten()
    {
        for (var i = 0; i < 10_000; i++) _backlog.Add("many", 0, late: false, $"many{i}");
        for (var i = 0; i < 10; i++) _backlog.Add("few", 0, late: false, $"few{i}");

        var taken = TakeAll();

        Assert.Equal(10_010, taken.Count);
        Assert.True(taken.IndexOf("few9") < 20);
        Assert.Equal(taken.Where(item => item.StartsWith("many", StringComparison.Ordinal)), Enumerable.Range(0, 10_000).Select(i => $"many{i}"));
    }

    [Fact]
    public void Higher_priority_goes_first_and_late_work_behind_all_live_work()
    {
        _backlog.Add("a", 9, late: true, "late9");
        _backlog.Add("a", 0, late: true, "late0");
        Assert.True(_backlog.OnlyLate);
        _backlog.Add("a", -5, late: false, "live-5");
        _backlog.Add("a", 3, late: false, "live3");
        Assert.False(_backlog.OnlyLate);

        Assert.Equal(["live3", "live-5", "late9", "late0"], TakeAll());
    }

    [Fact]
    public void A_user_who_has_nothing_left_can_come_back_in_line()
    {
        _backlog.Add("a", 0, late: false, "a1");
        Assert.Equal(["a1"], TakeAll());
        _backlog.Add("b", 0, late: false, "b1");
        _backlog.Add("b", 0, late: false, "b2");
        _backlog.Add("a", 0, late: false, "a2");

        Assert.Equal(3, _backlog.Count);
        Assert.Equal(["b1", "a2", "b2"], TakeAll());
        Assert.False(_backlog.OnlyLate);
    }

    [Fact]
    public void What_is_taken_out_of_the_line_leaves_the_order_of_the_others_as_it_was()
    {
        var b = _backlog.Add("a", 0, late: false, "a1");
        _backlog.Add("a", 0, late: false, "a2");
        _backlog.Add("b", 0, late: false, "b1");
        var late = _backlog.Add("b", 0, late: true, "late");

        Assert.True(_backlog.Remove(b));
        Assert.False(_backlog.Remove(b));
        Assert.True(_backlog.Remove(late));

        Assert.Equal(2, _backlog.Count);
        Assert.Equal(["a2", "b1"], TakeAll());
        Assert.False(_backlog.Remove(late));
    }

    // Against a plain list that is searched for whose turn it is.
    [Fact]
    public void However_items_come_go_and_are_taken_out_the_next_one_is_the_one_whose_turn_it_is() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 2], Gen.Int[0, 1], Gen.Bool, Gen.Int[0, 50]).Array[1, 120].Sample(steps =>
        {
            var backlog = new FairBacklog<int>();
            var lines = new SortedDictionary<(bool Late, int Priority), List<(int User, List<int> Items)>>(
                Comparer<(bool Late, int Priority)>.Create((a, b) => a.Late != b.Late ? a.Late.CompareTo(b.Late) : b.Priority.CompareTo(a.Priority)));
            var places = new Dictionary<int, FairBacklog<int>.Place>();
            for (var i = 0; i < steps.Length; i++)
            {
                var (move, user, priority, late, which) = steps[i];
                if (move <= 2)
                {
                    if (!lines.TryGetValue((late, priority), out var users)) lines[(late, priority)] = users = [];
                    if (users.All(line => line.User != user)) users.Add((user, []));
                    users.Single(line => line.User == user).Items.Add(i);
                    places[i] = backlog.Add($"u{user}", priority, late, i);
                }
                else if (move == 3)
                {
                    var expected = -1;
                    if (lines.Count > 0)
                    {
                        var users = lines.First().Value;
                        var line = users[0];
                        users.RemoveAt(0);
                        expected = line.Items[0];
                        line.Items.RemoveAt(0);
                        if (line.Items.Count > 0) users.Add(line);
                    }
                    Assert.Equal(expected, backlog.TryTake(out var taken) ? taken : -1);
                }
                else if (places.TryGetValue(which, out var place))
                {
                    var line = lines.Values.SelectMany(users => users).FirstOrDefault(line => line.Items.Contains(which));
                    Assert.Equal(line.Items is not null, backlog.Remove(place));
                    line.Items?.Remove(which);
                }
                foreach (var (key, users) in lines.ToList())
                {
                    users.RemoveAll(line => line.Items.Count == 0);
                    if (users.Count == 0) lines.Remove(key);
                }
                Assert.Equal(lines.Values.SelectMany(users => users).Sum(line => line.Items.Count), backlog.Count);
                Assert.Equal(lines.Count > 0 && lines.First().Key.Late, backlog.OnlyLate);
            }
        }, iter: 3000);
}
