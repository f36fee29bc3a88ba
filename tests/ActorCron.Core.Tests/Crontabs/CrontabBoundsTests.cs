using System.Diagnostics;
using System.Text;
using ActorCron.Core.Crontabs;
using ActorCron.Core.Documents;
using CsCheck;

namespace ActorCron.Core.Tests.Crontabs;

public class CrontabBoundsTests
{
    [Theory]
    // Any bytes; printable ones; the characters of cron fields.
    [InlineData(1, 0, 255)]
    [InlineData(2, 32, 126)]
    [InlineData(3, 32, 57)]
    public void A_hundred_thousand_random_lines_take_bounded_time_and_memory(int seed, int from, int to)
    {
        var text = RandomLines(seed, from, to);
        var (watch, before) = (Stopwatch.StartNew(), GC.GetAllocatedBytesForCurrentThread());

        var crontab = Crontab.Parse(text, new CrontabOptions());

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 500L * 1024 * 1024);
        Assert.InRange(crontab.ProblemCount, 50_000, int.MaxValue);
        Assert.Equal(Crontab.MaxMessages, crontab.Problems.Length);
    }

    [Fact]
    public void A_hundred_thousand_unknown_zones_take_bounded_time()
    {
        var file = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"CRON_TZ=Europe/X{i}\n@daily x\n"));
        var watch = Stopwatch.StartNew();

        var crontab = Crontab.Parse(file, new CrontabOptions());

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Equal(200_000, crontab.ProblemCount);
    }

    [Fact]
    public void Lines_like_cron_lines_never_make_it_throw_and_what_is_taken_is_right() =>
        Gen.Char["*/,-0123456789 \t%\\#=@\"'~LWHmonfriname:ACRTZ\r\n"].Array[0, 200].Select(chars => new string(chars)).Sample(text =>
        {
            var crontab = Crontab.Parse(text, new CrontabOptions());
            Assert.All(crontab.Entries, entry => Assert.Empty(ScheduleDocument.Check(entry.Schedule)));
            Assert.Equal(crontab.Entries.Length, crontab.Entries.Select(entry => entry.Schedule.Id).Distinct().Count());
            Assert.All(crontab.Problems, problem => Assert.True(problem.Line >= 1 && problem.Column >= 1 && problem.Message.Length < 1000));
        }, iter: 5000);

    [Fact]
    public void Variables_cannot_make_a_small_file_grow_without_end()
    {
        var file = new StringBuilder();
        for (var i = 0; i < 100; i++) file.Append(System.Globalization.CultureInfo.InvariantCulture, $"V{i}={new string('x', 70)}\n");
        for (var i = 0; i < 20_000; i++) file.Append("@daily x\n");

        var crontab = Crontab.Parse(file.ToString(), new CrontabOptions());

        Assert.InRange(crontab.Entries.Sum(entry => (long)entry.Schedule.Job.Params.Length), 1, 64L * 1024 * 1024);
        Assert.Equal(20_000, crontab.Entries.Length + crontab.ProblemCount);
        Assert.Contains("grow too large", crontab.Problems[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@daily ", 40_000)]
    [InlineData("A=", 9_000)]
    [InlineData("", 1_000_000)]
    public void A_line_too_long_is_one_problem(string start, int length)
    {
        var crontab = Crontab.Parse($"{start}{new string('x', length)}\n@daily good", new CrontabOptions());

        Assert.Single(crontab.Entries);
        Assert.Equal(1, Assert.Single(crontab.Problems).Line);
    }

    [Fact]
    public void Too_many_variables_are_problems_of_their_lines()
    {
        var file = string.Concat(Enumerable.Range(0, 101).Select(i => $"V{i}=1\n"));

        Assert.Equal(101, Assert.Single(Crontab.Parse(file, new CrontabOptions()).Problems).Line);
    }

    private static string RandomLines(int seed, int from, int to)
    {
        const int LineLength = 40;
        var random = new Random(seed);
        var bytes = new byte[100_000 * LineLength];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = i % LineLength == LineLength - 1 ? (byte)'\n' : (byte)random.Next(from, to + 1);
        return Encoding.UTF8.GetString(bytes);
    }
}
