using System.Text;
using ActorCron.Core.Documents;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Tests.Documents;

public class TriggerDocumentTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData(" \n", null)]
    [InlineData("{}", null)]
    [InlineData("""{ "params": null }""", null)]
    [InlineData("""{ "params": { "a": [1, 2 ] } }""", """{"a":[1,2]}""")]
    public void Params_are_optional_and_kept_as_written(string body, string? parameters)
    {
        Assert.True(TriggerDocument.TryParse(Encoding.UTF8.GetBytes(body), out var read, out var problems), string.Join("; ", problems));
        Assert.Equal(parameters, read);
    }

    [Theory]
    [InlineData("""{ "parms": {} }""", "parms: is not a known field; did you mean \"params\"?")]
    [InlineData("""{ "params": {}, "queue": "q" }""", "queue: is not a known field")]
    [InlineData("""{ "params": {}, "params": {} }""", "params: is given twice")]
    [InlineData("""{ "params": [1] }""", "params: must be an object, not an array")]
    [InlineData("[]", "body: must be an object, not an array")]
    [InlineData("{", "body")]
    [InlineData("{} x", "body")]
    public void Anything_else_is_refused_by_its_name(string body, string problem)
    {
        Assert.False(TriggerDocument.TryParse(Encoding.UTF8.GetBytes(body), out var parameters, out var problems));
        Assert.StartsWith(problem, problems[0].ToString(), StringComparison.Ordinal);
        Assert.Null(parameters);
    }

    [Fact]
    public void A_key_names_a_run_for_a_day()
    {
        var now = new DateTimeOffset(2026, 11, 24, 23, 59, 0, TimeSpan.Zero);

        Assert.Equal(TriggerKeys.Today("s", "k", now), TriggerKeys.Today("s", "k", now.AddSeconds(59)));
        Assert.Equal(TriggerKeys.Today("s", "k", now), TriggerKeys.Yesterday("s", "k", now.AddMinutes(1)));
        Assert.Equal(4, new HashSet<string> { TriggerKeys.Today("s", "k", now), TriggerKeys.Today("s", "l", now), TriggerKeys.Today("t", "k", now), TriggerKeys.Today("s", "k", now.AddDays(1)) }.Count);
        Assert.Equal("s@manual-", TriggerKeys.Today("s", "k", now)[..9]);
    }
}
