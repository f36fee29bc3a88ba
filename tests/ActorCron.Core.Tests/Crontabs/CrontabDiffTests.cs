using ActorCron.Core.Crontabs;
using ActorCron.Core.Jobs;
using ActorCron.Core.Schedules;

namespace ActorCron.Core.Tests.Crontabs;

public class CrontabDiffTests
{
    private const string File = "# name: a\n@daily a\n# name: b\n@daily b\n@hourly unnamed\n";

    [Fact]
    public void The_first_import_creates_all()
    {
        var diff = Diff([], File);

        Assert.Equal(["crontab/a", "crontab/b"], diff.Create.Take(2).Select(schedule => schedule.Id));
        Assert.Equal(3, diff.Create.Length);
        Assert.Empty(diff.Update);
        Assert.Empty(diff.Remove);
    }

    [Fact]
    public void The_same_file_again_changes_nothing_wherever_its_lines_stand()
    {
        var diff = Diff(Stored(File), "@hourly unnamed\n\n# name: b\n@daily b\n# name: a\n@daily   a");

        Assert.Equal(3, diff.Unchanged.Length);
        Assert.Empty(diff.Create);
        Assert.Empty(diff.Update);
        Assert.Empty(diff.Remove);
    }

    [Fact]
    public void Only_what_changed_is_written_and_what_is_gone_goes()
    {
        var diff = Diff(Stored(File), "# name: a\n@weekly a\n@hourly unnamed\n# name: c\n@daily c");

        Assert.Equal("crontab/c", Assert.Single(diff.Create).Id);
        Assert.Equal("@weekly", Assert.Single(diff.Update).Time.Cron);
        Assert.Single(diff.Unchanged);
        Assert.Equal("crontab/b", Assert.Single(diff.Remove));
        Assert.Empty(diff.Held);
    }

    [Fact]
    public void An_operators_pause_stays()
    {
        var stored = Stored("# name: a\n@daily a").Select(schedule => schedule with { Paused = true }).ToList();

        Assert.Equal("crontab/a", Assert.Single(Diff(stored, "# name: a\n@daily a").Unchanged));
        Assert.True(Assert.Single(Diff(stored, "# name: a\n@daily other").Update).Paused);
    }

    [Fact]
    public void A_named_line_that_has_become_bad_keeps_its_schedule()
    {
        var diff = Diff(Stored(File), "# name: a\n61 * * * * a\n@hourly unnamed");

        Assert.Equal("crontab/a", Assert.Single(diff.Held));
        Assert.Equal("crontab/b", Assert.Single(diff.Remove));
    }

    [Fact]
    public void While_an_unnamed_line_is_bad_nothing_is_removed()
    {
        var diff = Diff(Stored(File), "# name: a\n@daily a\n61 * * * * unnamed");

        Assert.Empty(diff.Remove);
        Assert.Equal(2, diff.Held.Length);
    }

    [Fact]
    public void Nothing_that_the_file_does_not_own_is_removed()
    {
        var owned = Stored("# name: a\n@daily a").Single();
        Schedule[] others =
        [
            owned with { Id = "crontabs/a" },
            owned with { Id = "crontab/http", Job = new JobSpec("http", "{}"), CrontabEntry = false },
            owned with { Id = "crontab/by-hand", CrontabEntry = false },
            owned with { Id = "crontab/node", FromCrontab = true },
        ];

        Assert.Equal("crontab/a", Assert.Single(Diff([owned, .. others], "").Remove));
    }

    private static CrontabDiff Diff(IEnumerable<Schedule> stored, string file) => CrontabDiff.Between(stored, Crontab.Parse(file, new CrontabOptions()));

    private static List<Schedule> Stored(string file) => [.. Crontab.Parse(file, new CrontabOptions()).Entries.Select(entry => entry.Schedule)];
}
