using System.Text;
using ActorCron.Core.Documents;
using ActorCron.Core.Jobs;
using ActorCron.Core.Runs;
using CsCheck;

namespace ActorCron.Core.Tests.Documents;

public class JobMessageTests
{
    [Fact]
    public void The_body_of_a_run_is_as_the_contract_says_and_reads_the_same()
    {
        var spec = new RunSpec
        {
            Id = "reports/nightly@2026-11-24T01:15Z",
            Schedule = "reports/nightly",
            User = "rob",
            Queue = "default",
            ScheduledFor = new DateTimeOffset(2026, 11, 24, 1, 15, 0, TimeSpan.Zero),
            Trigger = RunTrigger.Schedule,
            Job = new JobSpec("shell", """{"command":"make report"}"""),
        };

        var message = JobMessage.For(spec, attempt: 2, fence: 17);

        Assert.Equal(
            """{"runId":"reports/nightly@2026-11-24T01:15Z","schedule":"reports/nightly","user":"rob","scheduledFor":"2026-11-24T01:15:00.000Z","trigger":"schedule","attempt":2,"timeoutSeconds":3600,"fence":17,"job":{"type":"shell","params":{"command":"make report"}}}""",
            Encoding.UTF8.GetString(message.Serialize()));
        Assert.Equal(message, Parse(message.Serialize()));
    }

    [Theory]
    [InlineData("""{ "job": { "type": "noop", "params": {} } }""")]
    [InlineData("""{ "job": { "type": "noop" } }""")]
    [InlineData("""{ "runId": null, "schedule": null, "fence": null, "job": { "type": "noop", "params": {} } }""")]
    // A later version may add fields.
    [InlineData("""{ "job": { "type": "noop", "params": {}, "image": "x" }, "colour": ["red", { "a": 1 }] }""")]
    public void A_foreign_publisher_need_give_no_more_than_a_job(string body) =>
        Assert.Equal(new JobMessage { Job = new JobSpec("noop", "{}") }, Parse(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void A_timeout_may_have_a_fraction()
    {
        var message = new JobMessage { Job = new JobSpec("noop", "{}"), Timeout = TimeSpan.FromSeconds(1.5) };

        Assert.Contains("\"timeoutSeconds\":1.5,", Encoding.UTF8.GetString(message.Serialize()), StringComparison.Ordinal);
        Assert.Equal(message, Parse(message.Serialize()));
    }

    [Theory]
    [InlineData("", "empty: body is empty; a JSON object is expected")]
    [InlineData("{", "malformed-json: body is not valid JSON at line 1, column 2: ")]
    [InlineData("{\"job\":{\"type\":\"noop\"}} x", "malformed-json: body is not valid JSON at line 1, column 25: ")]
    [InlineData("[]", "invalid-field: body must be an object, not an array")]
    [InlineData("null", "invalid-field: body must be an object, not null")]
    [InlineData("{}", "invalid-field: job is missing: at least")]
    [InlineData("""{"job":null}""", "invalid-field: job must be an object, not null")]
    [InlineData("""{"job":"noop"}""", "invalid-field: job must be an object, not text")]
    [InlineData("""{"job":{"params":{}}}""", "invalid-field: job.type is missing")]
    [InlineData("""{"job":{"type":7}}""", "invalid-field: job.type must be text, not a number")]
    [InlineData("""{"job":{"type":"rm -rf"}}""", "invalid-field: job.type holds ' '; allowed are A-Z a-z 0-9 . _ -")]
    [InlineData("""{"job":{"type":"noop","params":[]}}""", "invalid-field: job.params must be an object, not an array")]
    [InlineData("""{"job":{"type":"noop","params":{"a":1,"\u0061":2}}}""", "invalid-field: job.params gives \"a\" twice in one object")]
    [InlineData("""{"job":{"type":"noop"},"job":{"type":"shell"}}""", "invalid-field: job is given twice")]
    [InlineData("""{"job":{"type":"noop"},"attempt":0}""", "invalid-field: attempt must be a whole number from 1 to 2147483647, not 0")]
    [InlineData("""{"job":{"type":"noop"},"attempt":"1"}""", "invalid-field: attempt must be a whole number from 1 to 2147483647, not text")]
    [InlineData("""{"job":{"type":"noop"},"fence":1e99}""", "invalid-field: fence must be a whole number from 0 to 9223372036854775807, not 1e99")]
    [InlineData("""{"job":{"type":"noop"},"timeoutSeconds":0}""", "invalid-field: timeoutSeconds must be a number from 1 to 2592000, not 0")]
    [InlineData("""{"job":{"type":"noop"},"trigger":"cron"}""", "invalid-field: trigger must be one of schedule, manual, backfill, message")]
    [InlineData("""{"job":{"type":"noop"},"scheduledFor":"now"}""", "invalid-field: scheduledFor must be an instant")]
    [InlineData("""{"job":{"type":"noop"},"runId":""}""", "invalid-field: runId must not be empty")]
    [InlineData("""{"job":{"type":"noop"},"runId":"a\u0000b"}""", "invalid-field: runId holds the control character U+0000")]
    [InlineData("""{"job":{"type":"noop"},"runId":"\ud800"}""", "invalid-field: runId holds half of a surrogate pair")]
    [InlineData("""{"job":{"type":"noop"},"schedule":"@x"}""", "invalid-field: schedule holds '@'")]
    [InlineData("""{"job":{"type":"noop"},"user":""}""", "invalid-field: user must not be empty")]
    public void A_bad_body_gives_its_reason(string body, string reason)
    {
        Assert.False(JobMessage.TryParse(Encoding.UTF8.GetBytes(body), out _, out var problem));
        Assert.StartsWith(reason, problem.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_huge_a_deep_and_a_binary_body_are_told_apart()
    {
        Assert.Equal(MessageFault.TooLarge, Fault(new byte[16 * 1024 * 1024]));
        Assert.Equal(MessageFault.TooDeep, Fault(Encoding.UTF8.GetBytes("{\"x\":" + new string('[', 100_000))));
        Assert.Equal(MessageFault.TooDeep, Fault(Encoding.UTF8.GetBytes("{\"job\":{\"type\":\"x\",\"params\":{\"a\":" + new string('[', 100_000))));
        Assert.Equal(MessageFault.MalformedJson, Fault([0xFF, 0xFE, 0x00]));
        Assert.Equal(MessageFault.MalformedJson, Fault("{\"job\":\"\u00e9"u8[..^1].ToArray()));
    }

    [Fact]
    public void A_reason_is_one_bounded_line()
    {
        var problem = new MessageProblem(MessageFault.InvalidField, "a\r\nb\0c" + new string('x', 10_000));

        Assert.StartsWith("invalid-field: a  b c", problem.Reason, StringComparison.Ordinal);
        Assert.Equal(500, problem.Reason.Length);
    }

    [Fact]
    public void No_change_of_a_byte_makes_it_throw()
    {
        var body = new JobMessage { RunId = "r", Job = new JobSpec("noop", """{"a":[1,{"b":"\u00e9"}]}""") }.Serialize();

        Gen.Select(Gen.Int[0, body.Length - 1], Gen.Byte, Gen.Int[0, body.Length]).Sample((at, value, length) =>
        {
            var changed = body.ToArray();
            changed[at] = value;
            var parsed = JobMessage.TryParse(changed.AsSpan(0, length), out var message, out var problem);
            return parsed ? message is not null : problem!.Reason.Length > 0;
        });
    }

    private static JobMessage Parse(byte[] body)
    {
        Assert.True(JobMessage.TryParse(body, out var message, out var problem), problem?.Reason);
        return message;
    }

    private static MessageFault Fault(byte[] body)
    {
        Assert.False(JobMessage.TryParse(body, out _, out var problem));
        return problem.Fault;
    }
}
