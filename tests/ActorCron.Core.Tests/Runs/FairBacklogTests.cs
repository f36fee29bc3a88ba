using ActorCron.Core.Runs;

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
}
