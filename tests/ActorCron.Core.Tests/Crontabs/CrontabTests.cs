using System.Text.Json;
using ActorCron.Core.Crontabs;
using ActorCron.Core.Documents;
using ActorCron.Core.Jobs;
using ActorCron.Core.Schedules;

namespace ActorCron.Core.Tests.Crontabs;

public class CrontabTests
{
    private static readonly CrontabOptions User = new();

    [Fact]
    public void A_line_becomes_a_shell_schedule_of_the_crontabs_user()
    {
        var entry = Assert.Single(Parse("# name: report\n15 2 * * mon-fri make report\n", User with { TimeZone = "Europe/Berlin" }).Entries);

        Assert.Equal(2, entry.Line);
        Assert.Equal(new Schedule
        {
            Id = "crontab/report",
            User = "crontab",
            Time = new() { Cron = "15 2 * * mon-fri", TimeZone = "Europe/Berlin" },
            Job = new JobSpec("shell", """{"command":"make report","stdin":"","cwd":"~"}"""),
            Timeout = TimeSpan.FromDays(30),
            CrontabEntry = true,
        }, entry.Schedule);
        Assert.Empty(ScheduleDocument.Check(entry.Schedule));
    }

    [Fact]
    public void The_options_reach_every_schedule()
    {
        var options = new CrontabOptions
        {
            User = "ops",
            Prefix = "host1:",
            TimeZone = "Asia/Tokyo",
            FromCrontab = true,
            Queue = "batch",
            CatchUp = new CatchUp(CatchUpPolicy.None, TimeSpan.Zero),
            Timeout = TimeSpan.FromHours(2),
        };

        var schedule = Schedule("# name: x\n@daily true", options);

        Assert.Equal(("host1:x", "ops", "Asia/Tokyo", true, "batch", options.CatchUp, options.Timeout),
            (schedule.Id, schedule.User, schedule.Time.TimeZone, schedule.FromCrontab, schedule.Queue, schedule.CatchUp, schedule.Timeout));
    }

    [Theory]
    // Blanks before and between the fields, tabs, CRLF, no end of line at the end.
    [InlineData("5 4 * * * run it", "5 4 * * *", "run it")]
    [InlineData("  \t5\t4  *\t * *   run  it", "5 4 * * *", "run  it")]
    [InlineData("5 4 * * * run it\r\n", "5 4 * * *", "run it")]
    [InlineData("\uFEFF5 4 * * * run it\n", "5 4 * * *", "run it")]
    [InlineData("@daily run it", "@daily", "run it")]
    [InlineData("@reboot run it", "@reboot", "run it")]
    [InlineData("@every 90s run it", "@every 90s", "run it")]
    // A # later in the line belongs to the command.
    [InlineData("5 4 * * * run it # now", "5 4 * * *", "run it # now")]
    [InlineData("5 4 * * * A=b run it", "5 4 * * *", "A=b run it")]
    [InlineData("@daily A=b run it", "@daily", "A=b run it")]
    // cron has no seconds: the sixth word is the command.
    [InlineData("0 0 12 * * ? run it", "0 0 12 * *", "? run it")]
    public void Lines_are_read_as_cron_reads_them(string text, string cron, string command)
    {
        var schedule = Schedule(text);

        Assert.Equal(cron, schedule.Time.Cron);
        Assert.Equal(command, Param(schedule, "command"));
    }

    [Theory]
    [InlineData("@daily a\r@daily b\r")]
    [InlineData("@daily a\r\n@daily b")]
    [InlineData("@daily a\n@daily b\r")]
    public void Lines_end_with_any_of_the_three_line_ends(string text)
    {
        var crontab = Parse(text, User);

        Assert.Equal([(1, "a"), (2, "b")], crontab.Entries.Select(entry => (entry.Line, Param(entry.Schedule, "command"))));
    }

    [Theory]
    [InlineData("0\u00A05 * * * run", 2, "U+00A0 (a no-break space) stands here")]
    [InlineData("0 5 * *\u00A0* run it", 8, "U+00A0 (a no-break space) stands here")]
    [InlineData("0 5 * * *\u00A0run", 10, "U+00A0 (a no-break space) stands here")]
    [InlineData("0 5 * * \u200B* run", 9, "U+200B (a zero-width space) stands here")]
    [InlineData("\u200B0 5 * * * run", 1, "U+200B (a zero-width space) stands here")]
    [InlineData("0 9\u201317 * * * run", 4, "U+2013 (an en dash, not '-') stands here")]
    [InlineData("@daily\u00A0run", 7, "U+00A0 (a no-break space) stands here")]
    public void A_character_that_looks_like_another_is_named(string line, int column, string message)
    {
        var problem = Assert.Single(Parse(line, User).Problems);

        Assert.Equal(column, problem.Column);
        Assert.StartsWith(message, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("   \t \r\n")]
    [InlineData("# 5 4 * * * run it")]
    [InlineData("   # comment\n#\n##")]
    public void Comments_and_blank_lines_are_passed_over(string text)
    {
        var crontab = Parse(text);

        Assert.Empty(crontab.Entries);
        Assert.Empty(crontab.Problems);
        Assert.Empty(crontab.Notes);
    }

    [Theory]
    // The first bare % ends the command, further ones are ends of lines on standard input, which ends with one.
    [InlineData("mail bob%Hello%%Bye", "mail bob", "Hello\n\nBye\n")]
    [InlineData("cat%", "cat", "")]
    [InlineData("cat%a%", "cat", "a\n")]
    // Without one there is nothing on standard input. A backslash keeps it, and is itself kept everywhere else.
    [InlineData(@"date +\%F", "date +%F", "")]
    [InlineData(@"date +\%F%in\%put", "date +%F", "in%put\n")]
    [InlineData(@"echo a\nb\\c", @"echo a\nb\\c", "")]
    [InlineData(@"echo \\%x", @"echo \\", "x\n")]
    [InlineData(@"cat%a\b\", "cat", "a\\b\\\n")]
    public void Percent_signs_are_ends_of_lines(string field, string command, string input)
    {
        var schedule = Schedule("* * * * * " + field);

        Assert.Equal(command, Param(schedule, "command"));
        Assert.Equal(input, Param(schedule, "stdin"));
    }

    [Theory]
    [InlineData("A=b", "b")]
    [InlineData("A = b", "b")]
    [InlineData("  A=b c  \t", "b c")]
    [InlineData("A=", "")]
    [InlineData("A=\" b \"", " b ")]
    [InlineData("A='it\"s'", "it\"s")]
    [InlineData("\"A\" = b", "b")]
    [InlineData("A=b=c # no comment", "b=c # no comment")]
    // cron expands nothing.
    [InlineData("A=$HOME/x", "$HOME/x")]
    public void A_variable_goes_into_the_environment_of_the_lines_below_it(string line, string value)
    {
        var crontab = Parse($"@daily above\n{line}\n@daily below\nA=other\n@daily last");

        Assert.Empty(crontab.Problems);
        Assert.Equal("""{"command":"above","stdin":"","cwd":"~"}""", crontab.Entries[0].Schedule.Job.Params);
        Assert.Equal(value, Env(crontab.Entries[1].Schedule, "A"));
        Assert.Equal("other", Env(crontab.Entries[2].Schedule, "A"));
    }

    [Fact]
    public void Well_known_variables_are_taken_with_a_note()
    {
        var crontab = Parse("SHELL=/bin/bash\nPATH=/opt/bin:/bin\nTZ=Asia/Tokyo\nMAILTO=ops@example.org\nCRON_TZ=America/New_York\nHOME=/srv\nLOGNAME=x\nRANDOM_DELAY=5\n@daily run");

        var schedule = Assert.Single(crontab.Entries).Schedule;
        Assert.Equal("/bin/bash", Param(schedule, "shell"));
        Assert.Equal("/opt/bin:/bin", Env(schedule, "PATH"));
        Assert.Equal("Asia/Tokyo", Env(schedule, "TZ"));
        Assert.Equal(("/srv", "~"), (Env(schedule, "HOME"), Param(schedule, "cwd")));
        Assert.Null(Env(schedule, "MAILTO"));
        Assert.Null(Env(schedule, "LOGNAME"));
        Assert.Equal("America/New_York", schedule.Time.TimeZone);
        Assert.Equal(TimeSpan.FromMinutes(5), schedule.Jitter);
        Assert.Equal(Enumerable.Range(1, 8), crontab.Notes.Select(note => note.Line));
    }

    [Fact]
    public void A_zone_counts_for_the_lines_below_it_until_the_next_one()
    {
        var crontab = Parse("@daily a\nCRON_TZ=Asia/Tokyo\n@daily b\nCRON_TZ=\n@daily c");

        Assert.Equal(["UTC", "Asia/Tokyo", "UTC"], crontab.Entries.Select(entry => entry.Schedule.Time.TimeZone));
    }

    [Fact]
    public void Lines_below_an_unknown_zone_are_not_taken_at_a_wrong_time()
    {
        var crontab = Parse("CRON_TZ=Europe/Brelin\n@daily a\nCRON_TZ=Europe/Berlin\n@daily b");

        Assert.Equal("Europe/Berlin", Assert.Single(crontab.Entries).Schedule.Time.TimeZone);
        Assert.Equal([(1, 1), (2, 1)], crontab.Problems.Select(problem => (problem.Line, problem.Column)));
        Assert.Contains("Europe/Berlin", crontab.Problems[0].Message, StringComparison.Ordinal);
        Assert.Contains("line 1", crontab.Problems[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_system_crontab_has_a_user_column()
    {
        var crontab = Parse("17 * * * * root cd / && run\n-5 4 * * * www-data quiet\n-@daily\tbob\tnightly", User with { System = true });

        Assert.Empty(crontab.Problems);
        Assert.Equal([("root", "cd / && run"), ("www-data", "quiet"), ("bob", "nightly")],
            crontab.Entries.Select(entry => (entry.Schedule.User, Param(entry.Schedule, "command")!)));
        Assert.Equal("5 4 * * *", crontab.Entries[1].Schedule.Time.Cron);
    }

    [Theory]
    [InlineData("* * * * * /usr/bin/run it", 11, "this is no user name")]
    [InlineData("* * * * *", 10, "the user is missing")]
    [InlineData("* * * * * root", 15, "the command is missing")]
    public void A_users_crontab_read_as_a_system_one_is_noticed(string line, int column, string message)
    {
        var problem = Assert.Single(Parse(line, User with { System = true }).Problems);

        Assert.Equal(column, problem.Column);
        Assert.StartsWith(message, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("61 * * * * run", 1)]
    [InlineData("   5   24 * * * run", 8)]
    [InlineData("*\t*  *\t*   mno\trun", 12)]
    [InlineData("0 0 31 2 * run", 5)]
    [InlineData("@dayly run", 1)]
    [InlineData("@every tomorrow run", 8)]
    [InlineData("* * * *", 8)]
    [InlineData("* * * * *", 10)]
    [InlineData("* * * * *   ", 13)]
    [InlineData("* * * * * %input", 11)]
    // Six fields: the star cannot be a command.
    [InlineData("0 0 12 * * * run", 12)]
    [InlineData("@daily * run", 8)]
    [InlineData("1A=b", 1)]
    [InlineData(" A='b", 2)]
    [InlineData("A='b' c", 1)]
    [InlineData("ACTORCRON_RUN_ID=x", 1)]
    [InlineData("RANDOM_DELAY=soon", 1)]
    [InlineData("* * * * * a\0b", 12)]
    [InlineData("* * * * * a\uFFFDb", 12)]
    [InlineData("* * * * * a\ud800b", 12)]
    [InlineData("<html>", 7)]
    public void A_bad_line_is_named_with_line_and_column_and_the_good_ones_count(string bad, int column)
    {
        var crontab = Parse($"@daily before\n{bad}\n@daily after\n");

        Assert.Equal(["before", "after"], crontab.Entries.Select(entry => Param(entry.Schedule, "command")!));
        var problem = Assert.Single(crontab.Problems);
        Assert.Equal((2, column), (problem.Line, problem.Column));
        Assert.Equal(1, crontab.ProblemCount);
    }

    [Fact]
    public void Problems_say_what_would_be_right()
    {
        Assert.Contains("did you mean 'fri'?", Assert.Single(Parse("0 0 * * fry run").Problems).Message, StringComparison.Ordinal);
        Assert.Contains("did you mean '@daily'?", Assert.Single(Parse("@dayly run").Problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("prefix", "")]
    [InlineData("prefix", "a b/")]
    [InlineData("timeZone", "Europe/Brelin")]
    [InlineData("user", "")]
    public void Wrong_options_are_a_problem_of_no_line_and_leave_no_entries(string option, string value)
    {
        var options = option switch
        {
            "prefix" => User with { Prefix = value },
            "timeZone" => User with { TimeZone = value },
            _ => User with { User = value },
        };

        var crontab = Parse("@daily run", options);

        Assert.Empty(crontab.Entries);
        var problem = Assert.Single(crontab.Problems);
        Assert.Equal(0, problem.Line);
        Assert.StartsWith(option, problem.Message, StringComparison.Ordinal);
    }

    private static Crontab Parse(string text, CrontabOptions? options = null) => Crontab.Parse(text, options ?? User);

    private static Schedule Schedule(string text, CrontabOptions? options = null)
    {
        var crontab = Parse(text, options);
        Assert.Empty(crontab.Problems);
        return Assert.Single(crontab.Entries).Schedule;
    }

    private static string? Param(Schedule schedule, string name)
    {
        using var document = JsonDocument.Parse(schedule.Job.Params);
        return document.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    private static string? Env(Schedule schedule, string name)
    {
        using var document = JsonDocument.Parse(schedule.Job.Params);
        return document.RootElement.GetProperty("env").TryGetProperty(name, out var value) ? value.GetString() : null;
    }
}
