using System.Text;
using ActorCron.Core.Documents;
using ActorCron.Core.Jobs;

namespace ActorCron.Core.Tests.Documents;

public class ResultMessageTests
{
    [Theory]
    [InlineData("running", ResultOutcome.Running)]
    [InlineData("succeeded", ResultOutcome.Succeeded)]
    [InlineData("failed", ResultOutcome.Failed)]
    public void Every_outcome_is_read(string name, ResultOutcome outcome)
    {
        var message = Parse($$"""{ "runId": "r@1", "attempt": 2, "outcome": "{{name}}", "output": "a\nb", "error": null, "worker": "py-1", "later": 1 }""");

        Assert.Equal(new ResultMessage { RunId = "r@1", Attempt = 2, Outcome = outcome, Output = "a\nb", Worker = "py-1" }, message);
    }

    [Fact]
    public void What_is_written_reads_the_same()
    {
        var message = new ResultMessage { RunId = "r", Attempt = 1, Outcome = ResultOutcome.Failed, Output = "é\0", Error = "e", Worker = "w", ExitCode = -1 };

        Assert.Equal(message, Parse(Encoding.UTF8.GetString(message.Serialize())));
    }

    [Theory]
    [InlineData(@"x\ud800", "x\uFFFD")]
    [InlineData(@"\udc00\ud83d\ude00\ud800\u0041", "\uFFFD😀\uFFFDA")]
    [InlineData(@"\ud83d\\ude00\""\\", "\uFFFD\\ude00\"\\")]
    public void Half_a_surrogate_pair_is_replaced_and_the_outcome_counts(string output, string read)
    {
        var message = Parse($$"""{"runId":"r","attempt":1,"outcome":"failed","output":"{{output}}","error":"{{output}}","worker":"w"}""");

        Assert.Equal((ResultOutcome.Failed, read, read), (message.Outcome, message.Output, message.Error));
    }

    [Fact]
    public void What_is_not_UTF_8_is_replaced_and_the_outcome_counts()
    {
        byte[] body = [.. """{"runId":"r","attempt":1,"outcome":"succeeded","output":"Z"""u8, 0xfc, .. "rich\"}"u8];

        Assert.True(ResultMessage.TryParse(body, out var message, out _));
        Assert.Equal((ResultOutcome.Succeeded, "Z\uFFFDrich"), (message.Outcome, message.Output));
    }

    [Fact]
    public void Long_output_keeps_its_head_and_tail()
    {
        var output = new string('h', 1_000_000) + new string('t', 1_000_000);

        var read = Parse($$"""{"runId":"r","attempt":1,"outcome":"succeeded","output":"{{output}}"}""").Output!;

        Assert.StartsWith("hhh", read, StringComparison.Ordinal);
        Assert.EndsWith("ttt", read, StringComparison.Ordinal);
        Assert.Contains("bytes left out", read, StringComparison.Ordinal);
        Assert.InRange(read.Length, JobOutput.Limit - 100, JobOutput.Limit);
    }

    [Theory]
    [InlineData("{}", "invalid-field: runId is missing")]
    [InlineData("""{"runId":"r","attempt":1}""", "invalid-field: outcome is missing")]
    [InlineData("""{"runId":"r","attempt":1,"outcome":"done"}""", "invalid-field: outcome must be one of running, succeeded, failed")]
    [InlineData("""{"runId":"r","attempt":1.5,"outcome":"failed"}""", "invalid-field: attempt must be a whole number")]
    [InlineData("""{"runId":null,"attempt":1,"outcome":"failed"}""", "invalid-field: runId must be text, not null")]
    [InlineData("""{"runId":"r","attempt":1,"outcome":"failed","output":["a"]}""", "invalid-field: output must be text, not an array")]
    public void A_bad_body_gives_its_reason(string body, string reason)
    {
        Assert.False(ResultMessage.TryParse(Encoding.UTF8.GetBytes(body), out _, out var problem));
        Assert.StartsWith(reason, problem.Reason, StringComparison.Ordinal);
    }

    private static ResultMessage Parse(string body)
    {
        Assert.True(ResultMessage.TryParse(Encoding.UTF8.GetBytes(body), out var message, out var problem), problem?.Reason);
        return message;
    }
}
