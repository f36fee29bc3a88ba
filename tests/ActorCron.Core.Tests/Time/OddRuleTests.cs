using ActorCron.Core.Time;

namespace ActorCron.Core.Tests.Time;

public class OddRuleTests
{
    [Theory]
    [InlineData("0 5 * * *\u00A0", 10, "U+00A0 (a no-break space) stands here")]
    [InlineData("0\u00A05 * * *", 2, "U+00A0 (a no-break space) stands here")]
    [InlineData("0 5 * *\u200B *", 8, "U+200B (a zero-width space) stands here")]
    [InlineData("0 5 * * \uFF0A", 9, "U+FF0A (a full-width asterisk, not '*') stands here")]
    [InlineData("0 5 * * 1\u20135", 10, "U+2013 (an en dash, not '-') stands here")]
    [InlineData("0 5 * * *\n", 10, "U+000A (a line feed) stands here")]
    [InlineData("@daily\u3000", 7, "U+3000 (an ideographic space) stands here")]
    [InlineData("0 5 * * für", 10, "'ü' stands here")]
    public void A_character_that_no_rule_has_is_named_with_its_place(string cron, int position, string message)
    {
        var problem = Rules.ProblemOf(cron);

        Assert.Equal(("cron", position), (problem.Field, problem.Position));
        Assert.StartsWith(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void So_it_is_in_the_fields_apart()
    {
        var problem = Rules.ProblemOf(new TimeSpec { Fields = new CronFields(Hour: "5\u00A0") });

        Assert.Equal(("hour", 2), (problem.Field, problem.Position));
        Assert.StartsWith("U+00A0", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*/99999999999999999999 * * * *", 3)]
    [InlineData("*/2147483648 * * * *", 3)]
    [InlineData("*/10000 * * * *", 3)]
    [InlineData("0-30/99999 * * * *", 6)]
    [InlineData("5/99999 * * * *", 3)]
    [InlineData("0 0 * * 1/99999999999", 11)]
    [InlineData("H/99999999999 * * * *", 3)]
    [InlineData("99999999999999999999 * * * *", 1)]
    [InlineData("0 0 L-99999999999 * *", 7)]
    [InlineData("0 0 * * fri#99999999999", 13)]
    [InlineData("H(0-99999999999) * * * *", 5)]
    public void A_number_beyond_any_field_is_refused(string cron, int position) => Assert.Equal(position, Rules.ProblemOf(cron).Position);

    [Theory]
    [InlineData("0 0 * * 7/2", "dayOfWeek 7/2 means sun and on to sat by 2 (cronie refuses it, older crons read sun alone)")]
    [InlineData("0 0 * * 7/3", "dayOfWeek 7/3 means sun and on to sat by 3")]
    [InlineData("5/20 * * * *", "minute 5/20 means 5 and on to 59 by 20")]
    public void A_step_behind_a_single_value_is_noted(string cron, string note)
    {
        Assert.True(TimeRule.TryExplain(new TimeSpec { Cron = cron }, "s", Rules.Created, Rules.Created, 3, out var explanation, out _));

        Assert.Contains(explanation.Notes, text => text.StartsWith(note, StringComparison.Ordinal));
    }
}
