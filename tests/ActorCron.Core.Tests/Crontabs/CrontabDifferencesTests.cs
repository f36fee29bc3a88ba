using ActorCron.Core.Crontabs;

namespace ActorCron.Core.Tests.Crontabs;

public class CrontabDifferencesTests
{
    [Theory]
    [InlineData("0 22-2 * * * run", "hour 22-2: wraps around the end of its field")]
    [InlineData("0 0 * * fri-mon run", "day of week fri-mon: wraps around")]
    [InlineData("0 0 * nov-FEB * run", "month nov-FEB: wraps around")]
    [InlineData("0,5/20 * * * * run", "minute 5/20: means 5 and on to the end by 20")]
    [InlineData("0~30 * * * * run", "minute 0~30: cronie picks a value anew at each start")]
    [InlineData("0 0 L * * run", "day of month L: is not cron's")]
    [InlineData("0 0 15W * * run", "day of month 15W: is not cron's")]
    [InlineData("0 0 * * fri#2 run", "day of week fri#2: is not cron's")]
    [InlineData("0 0 * * friL run", "day of week friL: is not cron's")]
    [InlineData("H * * * * run", "minute H: is not cron's")]
    [InlineData("0 0 ? * 1 run", "day of month ?: is not cron's")]
    [InlineData("0 0 12 * * ? run", "a crontab has five time fields and none for seconds: the command begins with \"?\"")]
    [InlineData("0 0 12 1 * mon-fri run", "a crontab has five time fields and none for seconds: the command begins with \"mon-fri\"")]
    [InlineData("0 0 12 * * root run", "the command begins with \"root\"")]
    [InlineData("5 * * * * www-data /x", "the command begins with \"www-data\"")]
    [InlineData("17 * * * * root cd / && run-parts --report /etc/cron.hourly", "the command begins with \"root\"")]
    [InlineData("25 6 * * * postgres test -x /usr/sbin/anacron || true", "the command begins with \"postgres\"")]
    [InlineData("@daily nobody PATH=/bin run", "the command begins with \"nobody\"")]
    [InlineData("@daily deploybot /srv/x", "the command begins with \"deploybot\"")]
    [InlineData("0 5 * * * date \"+%H:%M\"", "the command ends at its first %")]
    [InlineData("0 0 * * 7/2 run", "day of week 7/2: means 7 and on to the end by 2; cronie refuses it")]
    [InlineData("@reboot run", "@reboot fires once when the cluster forms")]
    [InlineData("@every 1h run", "@every and @at are not cron's")]
    public void A_line_that_means_something_else_to_cron_is_explained(string line, string note) =>
        Assert.Contains(Notes(line), message => message.StartsWith(note, StringComparison.Ordinal));

    [Theory]
    [InlineData("*/15,7 1-3 1,15 jan,mar-may mon-fri run")]
    [InlineData("0-59/2 */2 31 12 5-7 run")]
    [InlineData("30 1-3 * * * 7z x backup.7z")]
    [InlineData("30 1 * * sun monitor --now")]
    [InlineData("0 0 * * * rooty run")]
    [InlineData("0 0 * * * mail -s hello root")]
    [InlineData("0 0 * * * sync /mnt")]
    [InlineData("0 0 * * * git /srv/x")]
    [InlineData("0 0 * * * /usr/bin/www-data /x")]
    [InlineData("0 0 * * * www-data")]
    [InlineData("0 5 * * * date +\\%H")]
    [InlineData("@daily 5 run")]
    public void A_line_that_cron_reads_alike_gets_no_note(string line) => Assert.Empty(Notes(line));

    [Fact]
    public void That_the_zone_is_not_the_machines_is_noted_once_unless_the_file_chooses_it()
    {
        var note = Assert.Single(Crontab.Parse("\n@daily a\n@daily b", new CrontabOptions { TimeZone = "Asia/Tokyo" }).Notes);

        Assert.Equal(2, note.Line);
        Assert.StartsWith("times are in Asia/Tokyo here, while cron takes the machine's zone", note.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void That_a_system_crontabs_users_run_nothing_is_noted() =>
        Assert.Contains(Crontab.Parse("CRON_TZ=UTC\n@daily bob run", new CrontabOptions { System = true }).Notes,
            note => note.Line == 2 && note.Message.Contains("cron would run it as bob", StringComparison.Ordinal));

    private static IEnumerable<string> Notes(string line)
    {
        var crontab = Crontab.Parse("CRON_TZ=UTC\n" + line, new CrontabOptions { Accounts = ["deploybot", "sync"] });
        Assert.Empty(crontab.Problems);
        return crontab.Notes.Where(note => note.Line == 2).Select(note => note.Message);
    }
}
