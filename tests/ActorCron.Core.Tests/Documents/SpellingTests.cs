using ActorCron.Core.Text;

namespace ActorCron.Core.Tests.Documents;

public class SpellingTests
{
    private static readonly string[] Fields = ["id", "cron", "timeZone", "every", "at", "queue", "catchUp", "overlap", "retry", "maxAttempts", "paused"];

    [Theory]
    [InlineData("timezone", "timeZone")]
    [InlineData("tiemZone", "timeZone")]
    [InlineData("corn", "cron")]
    [InlineData("cronExpression", "cron")]
    [InlineData("CATCHUP", "catchUp")]
    [InlineData("catch_up", "catchUp")]
    [InlineData("maxAttempt", "maxAttempts")]
    [InlineData("quue", "queue")]
    public void A_near_name_is_guessed(string given, string meant) => Assert.Equal(meant, Spelling.Nearest(given, Fields));

    [Theory]
    [InlineData("")]
    [InlineData("colour")]
    [InlineData("x")]
    [InlineData("zzzzzzzz")]
    public void A_name_far_from_all_is_not_guessed(string given) => Assert.Null(Spelling.Nearest(given, Fields));

    [Fact]
    public void A_huge_name_is_not_even_compared() => Assert.Null(Spelling.Nearest(new string('c', 1_000_000), Fields));
}
