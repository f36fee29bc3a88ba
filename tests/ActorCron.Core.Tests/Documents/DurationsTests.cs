using CsCheck;

namespace ActorCron.Core.Tests.Documents;

public class DurationsTests
{
    [Theory]
    // A number and a unit.
    [InlineData("250ms", 250)]
    [InlineData("90s", 90_000)]
    [InlineData("10m", 600_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData("0s", 0)]
    // ISO 8601.
    [InlineData("PT0S", 0)]
    [InlineData("PT90S", 90_000)]
    [InlineData("PT10M", 600_000)]
    [InlineData("PT1H30M", 5_400_000)]
    [InlineData("P1D", 86_400_000)]
    [InlineData("P1DT12H", 129_600_000)]
    [InlineData("P2W", 1_209_600_000)]
    [InlineData("PT0.25S", 250)]
    [InlineData("PT1.5H", 5_400_000)]
    public void Both_spellings_are_read(string text, double milliseconds)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(milliseconds, duration.TotalMilliseconds);
    }

    [Theory]
    // Nothing negative, signed or not a number.
    [InlineData("-1s")]
    [InlineData("+1s")]
    [InlineData("-PT1S")]
    [InlineData("PT-1S")]
    [InlineData("NaNs")]
    [InlineData("Infinitys")]
    [InlineData("1e3s")]
    [InlineData("0x10s")]
    [InlineData("١s")]
    // Years and months have no fixed length.
    [InlineData("P1Y")]
    [InlineData("P1M")]
    [InlineData("P1Y2DT3H")]
    // Too long for a TimeSpan, or for a number.
    [InlineData("10675200d")]
    [InlineData("P10675200D")]
    [InlineData("P10675199DT24H")]
    [InlineData("9999999999999999d")]
    [InlineData("9999999999999999999999999999999999d")]
    // Halves of a duration.
    [InlineData("")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1DT")]
    [InlineData("PT5")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData(".5s")]
    [InlineData("5.s")]
    [InlineData("1..5s")]
    // Out of order, twice, a fraction before the end, wrong letters.
    [InlineData("PT1S1M")]
    [InlineData("PT1S1S")]
    [InlineData("P1DT1D")]
    [InlineData("PT1.5H30M")]
    [InlineData("PTT1S")]
    [InlineData("P1H")]
    [InlineData("pt1s")]
    [InlineData("1S")]
    [InlineData("1 hour")]
    [InlineData("1w")]
    // Blanks.
    [InlineData(" 1s")]
    [InlineData("1s ")]
    [InlineData("1 s")]
    [InlineData("PT1S\n")]
    public void Anything_else_is_refused(string text) => Assert.False(Durations.TryParse(text, out _));

    [Theory]
    [InlineData("0s", "0 ms")]
    [InlineData("0.1230013s", "123 ms")]
    [InlineData("999.4ms", "999 ms")]
    [InlineData("999.6ms", "1 s")]
    [InlineData("1.2345s", "1.24 s")]
    [InlineData("12.34s", "12.3 s")]
    [InlineData("59.97s", "1 min")]
    [InlineData("125s", "2 min 5 s")]
    [InlineData("2h", "2 h")]
    [InlineData("PT3H20M29S", "3 h 20 min")]
    [InlineData("P2DT4H", "2 d 4 h")]
    public void For_people_a_duration_has_about_three_digits(string text, string words)
    {
        Assert.True(Durations.TryParse(text, out var duration));

        Assert.Equal(words, Durations.InWords(duration));
    }

    [Fact]
    public void What_is_written_reads_the_same() =>
        Gen.Long[0, TimeSpan.MaxValue.Ticks].Select(ticks => new TimeSpan(ticks)).Sample(duration =>
            Durations.TryParse(Durations.Format(duration), out var read) && read == duration);

    [Fact]
    public void No_text_makes_it_throw_or_answer_something_negative() =>
        Gen.Char["PTWDHMSmshd0123456789.-+ "].Array[0, 24].Select(chars => new string(chars)).Sample(text =>
            !Durations.TryParse(text, out var duration) || duration >= TimeSpan.Zero);
}
