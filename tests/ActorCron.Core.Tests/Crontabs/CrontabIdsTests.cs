using ActorCron.Core.Crontabs;

namespace ActorCron.Core.Tests.Crontabs;

public class CrontabIdsTests
{
    [Fact]
    public void A_line_without_a_name_is_named_by_a_hash_that_stays_the_same()
    {
        // Pinned: another hash would replace every unnamed schedule of every installation.
        Assert.Equal(["crontab/9694e7d0f94b"], Ids("15 2 * * * make report"));
        Assert.Equal(Ids("15 2 * * * make report"), Ids("\n# moved\nA=b\n  15\t2 * * *   make report\r\n"));
        Assert.NotEqual(Ids("15 2 * * * make report"), Ids("15 3 * * * make report"));
        Assert.NotEqual(Ids("15 2 * * * make report"), Ids("15 2 * * * make  report"));
    }

    [Fact]
    public void Moving_lines_about_changes_no_id() =>
        Assert.Equal(Ids("@daily a\n@daily b\n@daily c").Order(), Ids("@daily c\n@daily a\n\n@daily b").Order());

    [Fact]
    public void Equal_lines_are_told_apart_by_their_count()
    {
        var once = Assert.Single(Ids("@daily a"));

        Assert.Equal([once, once + "-2", once + "-3"], Ids("@daily a\n@daily a\n@daily a"));
    }

    [Fact]
    public void A_hash_that_a_name_has_taken_goes_on_counting()
    {
        var hash = Assert.Single(Ids("@daily a"))["crontab/".Length..];

        Assert.Equal(["crontab/" + hash, "crontab/" + hash + "-2"], Ids($"# name: {hash}\n@daily b\n@daily a"));
    }

    [Theory]
    [InlineData("# name: backup", "crontab/backup")]
    [InlineData("#name:backup", "crontab/backup")]
    [InlineData("   ##  Name:   db/backup-1.5:x  ", "crontab/db/backup-1.5:x")]
    // Other comments may stand between.
    [InlineData("# name: backup\n# every night", "crontab/backup")]
    public void A_comment_above_a_line_names_it(string comment, string id) => Assert.Equal([id], Ids(comment + "\n@daily a"));

    [Theory]
    [InlineData("# name: lost\n\n@daily a")]
    [InlineData("# name: lost\nA=b\n@daily a")]
    [InlineData("# name: lost\n# name: kept\n@daily a")]
    [InlineData("@daily a\n# name: lost")]
    public void A_name_that_is_not_right_above_a_line_names_none_and_is_noted(string text)
    {
        var crontab = Crontab.Parse(text, new CrontabOptions());

        Assert.DoesNotContain("crontab/lost", crontab.Entries.Select(entry => entry.Schedule.Id));
        Assert.Contains(crontab.Notes, note => note.Message.Contains("\"lost\" names no line", StringComparison.Ordinal));
        Assert.Empty(crontab.Problems);
    }

    [Theory]
    [InlineData("# name: x\n@daily a\n#   name: x\n@daily b", 3, 11, "\"x\" is the name of line 2, too")]
    [InlineData("# name: port\n@daily b", 1, 9, "must not be \"export\"", "ex")]
    [InlineData("# name: a b\n@daily b", 1, 10, "holds ' '")]
    [InlineData("# name: é\n@daily b", 1, 9, "holds 'é'")]
    [InlineData("# name:\n@daily b", 1, 8, "must")]
    public void A_name_that_repeats_or_has_bad_characters_is_a_problem_of_its_line(string text, int line, int column, string message, string prefix = "crontab/")
    {
        var crontab = Crontab.Parse(text, new CrontabOptions { Prefix = prefix });

        var problem = Assert.Single(crontab.Problems);
        Assert.Equal((line, column), (problem.Line, problem.Column));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(crontab.Entries, entry => entry.Schedule.Job.Params.Contains("\"b\"", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Ids(string text) => Crontab.Parse(text, new CrontabOptions()).Entries.Select(entry => entry.Schedule.Id);
}
