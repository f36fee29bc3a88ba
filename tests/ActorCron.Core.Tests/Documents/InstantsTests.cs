using ActorCron.Core.Text;
using CsCheck;

namespace ActorCron.Core.Tests.Documents;

public class InstantsTests
{
    [Theory]
    [InlineData("2026-11-24T01:15:00Z", "2026-11-24T01:15:00.000Z")]
    [InlineData("2026-11-24T01:15Z", "2026-11-24T01:15:00.000Z")]
    [InlineData("2026-11-24T02:15:00+01:00", "2026-11-24T01:15:00.000Z")]
    [InlineData("2026-11-24T00:00:00-23:59", "2026-11-24T23:59:00.000Z")]
    [InlineData("2024-02-29T12:00:00.5Z", "2024-02-29T12:00:00.500Z")]
    // Finer than a millisecond is cut off.
    [InlineData("2026-11-24T01:15:00.123999999Z", "2026-11-24T01:15:00.123Z")]
    public void Instants_with_an_offset_become_UTC(string text, string expected)
    {
        Assert.True(Instants.TryParse(text, out var instant));
        Assert.Equal(TimeSpan.Zero, instant.Offset);
        Assert.Equal(expected, Instants.Format(instant));
    }

    [Theory]
    // A local time without a zone names no instant.
    [InlineData("2026-11-24T01:15:00")]
    [InlineData("2026-11-24")]
    [InlineData("")]
    [InlineData("Z")]
    [InlineData("tomorrow")]
    [InlineData("1764000000")]
    // Days and times that there are not.
    [InlineData("2025-02-29T00:00:00Z")]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("2026-00-01T00:00:00Z")]
    [InlineData("2026-11-24T24:00:00Z")]
    [InlineData("2026-11-24T23:60:00Z")]
    [InlineData("2026-06-30T23:59:60Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("9999-12-31T23:59:59-01:00")]
    [InlineData("2026-11-24T01:15:00+24:00")]
    // Spelled otherwise.
    [InlineData("2026-11-24 01:15:00Z")]
    [InlineData("2026-11-24t01:15:00z")]
    [InlineData("2026-11-24T01:15:00 Z")]
    [InlineData("2026-11-24T01:15:00+0100")]
    [InlineData("2026-11-24T01:15:00+01")]
    [InlineData("2026-11-24T01:15:00.Z")]
    [InlineData("2026-11-24T01:15.5Z")]
    [InlineData("2026-11-24T1:15:00Z")]
    [InlineData("20261124T011500Z")]
    [InlineData(" 2026-11-24T01:15:00Z")]
    public void Anything_else_is_refused(string text) => Assert.False(Instants.TryParse(text, out _));

    [Fact]
    public void What_is_written_reads_the_same() =>
        Gen.Long[0, DateTime.MaxValue.Ticks / TimeSpan.TicksPerMillisecond].Sample(milliseconds =>
        {
            var instant = new DateTimeOffset(milliseconds * TimeSpan.TicksPerMillisecond, TimeSpan.Zero);
            return Instants.TryParse(Instants.Format(instant), out var read) && read == instant;
        });
}
