using ActorCron.Core.Documents;

namespace ActorCron.Core.Tests.Documents;

public class MessageEnvelopeTests
{
    public static TheoryData<object?, string?> Taken => new()
    {
        { 1, "actorcron.job" },
        { 1L, null },
        { (byte)1, "" },
        { "1"u8.ToArray(), "actorcron.job" },
        { "1", "actorcron.job" },
        { null, null },
    };

    public static TheoryData<object?, string?, string> Refused => new()
    {
        { 2, "actorcron.job", "unsupported-version: actorcron-version is 2; this node reads 1" },
        { "2"u8.ToArray(), null, "unsupported-version: actorcron-version is \"2\"; this node reads 1" },
        { 1.5, null, "unsupported-version: actorcron-version is 1.5; this node reads 1" },
        { new List<object>(), null, "unsupported-version: actorcron-version is an array; this node reads 1" },
        { new Dictionary<string, object>(), null, "unsupported-version: actorcron-version is a table; this node reads 1" },
        { true, null, "unsupported-version: actorcron-version is true; this node reads 1" },
        { 1, "celery.task", "wrong-kind: type is \"celery.task\"; actorcron.job is expected" },
    };

    [Theory, MemberData(nameof(Taken))]
    public void Version_1_is_read_however_a_client_encodes_it_and_may_be_left_out(object? version, string? kind) =>
        Assert.Null(MessageEnvelope.Check(version, kind));

    [Theory, MemberData(nameof(Refused))]
    public void Another_version_or_kind_is_refused_with_the_reason(object? version, string? kind, string reason) =>
        Assert.Equal(reason, MessageEnvelope.Check(version, kind)?.Reason);
}
