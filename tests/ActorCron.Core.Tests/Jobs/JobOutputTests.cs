using System.Text;
using ActorCron.Core.Jobs;

namespace ActorCron.Core.Tests.Jobs;

public sealed class JobOutputTests
{
    [Theory]
    [InlineData("x")]
    [InlineData("é")]
    [InlineData("漢")]
    [InlineData("😀")]
    public void The_bound_counts_bytes_and_no_character_is_torn(string letter)
    {
        var output = new JobOutput();

        output.Append("<");
        for (var i = 0; i < 50_000; i++) output.Append(letter + letter);
        output.Append(">");

        var bytes = Encoding.UTF8.GetByteCount(output.ToString());
        Assert.True(output.IsCut);
        Assert.InRange(bytes, JobOutput.Limit - 100, JobOutput.Limit);
        Assert.StartsWith("<" + letter, output.ToString(), StringComparison.Ordinal);
        Assert.EndsWith(letter + ">", output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(output.ToString())));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void What_just_fits_is_whole(int more, bool isCut)
    {
        var text = new string('é', JobOutput.Limit / 2) + new string('x', more);
        var output = new JobOutput();

        output.Append(text);

        Assert.Equal(isCut, output.IsCut);
        Assert.Equal(!isCut, output.ToString() == text);
        Assert.Equal(output.ToString(), JobOutput.Bounded(text));
    }

    [Fact]
    public void What_is_left_out_is_counted_and_comes_in_order()
    {
        var output = new JobOutput(100);

        foreach (var number in Enumerable.Range(0, 1000)) output.Append($"{number:0000}😀");

        // 18 bytes a side: the third number's four-byte character no longer fits, nor does the one before the last two numbers.
        Assert.Equal("0000😀0001😀00\n... 7966 bytes left out ...\n0998😀0999😀", output.ToString());
    }

    [Fact]
    public void Bounded_text_is_not_bounded_again()
    {
        var once = JobOutput.Bounded(new string('漢', 100_000));

        Assert.Equal(once, JobOutput.Bounded(once));
    }
}
