using System.Text;
using RabbitMQ.Client;

namespace ActorCron.Actors.Tests.Brokers;

/// <summary>A message that is not valid becomes a dead letter with its reason; it blocks nothing and crashes nothing.</summary>
[Collection(RabbitCollection.Name)]
public sealed class RabbitPoisonTests(RabbitBroker rabbit) : RabbitTest(rabbit.Server)
{
    private const string Valid = """{"job":{"type":"noop","params":{}}}""";

    [Theory]
    [InlineData("empty", "empty: ")]
    [InlineData("truncated", "malformed-json: ")]
    [InlineData("16 MB", "too-large: ")]
    [InlineData("no JSON", "malformed-json: ")]
    [InlineData("no UTF-8", "malformed-json: ")]
    [InlineData("no object", "invalid-field: ")]
    [InlineData("no job", "invalid-field: job ")]
    [InlineData("job of the wrong type", "invalid-field: job ")]
    [InlineData("attempt of the wrong type", "invalid-field: attempt ")]
    [InlineData("attempt 0", "invalid-field: attempt ")]
    [InlineData("unknown trigger", "invalid-field: trigger ")]
    [InlineData("deep", "too-deep: ")]
    [InlineData("id too long", "invalid-field: runId ")]
    [InlineData("id with a control character", "invalid-field: runId ")]
    public async Task A_body_that_is_not_valid_is_a_dead_letter_and_the_stream_goes_on(string what, string reason)
    {
        var consumer = await Listening(credit: 1);
        await Plain.SendAsync(Queue, Body(what));

        await AssertDeadAndGoingOn(consumer, reason, Body(what));
    }

    [Theory]
    [InlineData("another version", "unsupported-version: ")]
    [InlineData("a version in words", "unsupported-version: ")]
    [InlineData("a version that is a list", "unsupported-version: ")]
    [InlineData("another type", "wrong-kind: ")]
    [InlineData("message_id with a control character", "invalid-field: message_id ")]
    public async Task Properties_that_are_not_valid_make_a_dead_letter_and_the_stream_goes_on(string what, string reason)
    {
        var consumer = await Listening(credit: 1);
        await Plain.SendAsync(Queue, Valid, Properties(what));

        await AssertDeadAndGoingOn(consumer, reason, Utf8(Valid));
    }

    [Fact]
    public async Task A_flood_of_it_leaves_the_valid_ones_alone_and_loses_nothing()
    {
        var consumer = await Listening(credit: 5);
        for (var i = 0; i < 300; i++)
        {
            await Plain.SendAsync(Queue, i % 3 == 0 ? Valid.Replace("{\"job\"", $"{{\"runId\":\"{i}\",\"job\"", StringComparison.Ordinal) : $"poison {i}");
        }

        for (var i = 0; i < 300; i += 3)
        {
            var delivery = await consumer.Next();
            Assert.Equal($"{i}", delivery.Spec.Id);
            await delivery.AckAsync();
        }

        await Eventually(() => Broker.GetDepthAsync(Queue, default), depth => depth is { Messages: 0, Dead: 200 });
    }

    [Fact]
    public async Task It_does_not_hold_up_a_drain()
    {
        var consumer = await Listening(credit: 5);
        await Plain.SendAsync(Queue, "poison");
        await Plain.SendAsync(Queue, Valid);
        var delivery = await consumer.Next();

        await consumer.Control.DrainAsync().WaitAsync(Soon);
        await delivery.AckAsync();

        await consumer.Ended.WaitAsync(Soon);
        Assert.Single(await Broker.GetDeadLettersAsync(10, default));
    }

    [Fact]
    public async Task A_deleted_queue_of_dead_letters_is_made_again()
    {
        var consumer = await Listening(credit: 1);
        await Plain.Channel.QueueDeleteAsync("actorcron.dead");
        await Plain.SendAsync(Queue, "poison");

        await Eventually(() => Broker.GetDeadLettersAsync(10, default), letters => letters.Count == 1);
        await AssertDeadAndGoingOn(consumer, "malformed-json: ", Utf8("poison"));
    }

    [Fact]
    public async Task The_huge_ones_are_shown_with_their_beginning()
    {
        await Listening();
        for (var i = 0; i < 3; i++) await Plain.SendAsync(Queue, new byte[16 * 1024 * 1024]);

        var dead = await Eventually(() => Broker.GetDeadLettersAsync(10, default), letters => letters.Count > 0);

        Assert.All(dead, letter => Assert.EndsWith("… (16777216 bytes)", letter.Body, StringComparison.Ordinal));
        Assert.All(dead, letter => Assert.InRange(letter.Body.Length, 1, 70_000));
    }

    private async Task AssertDeadAndGoingOn(TestConsumer<Actors.Brokers.RunDelivery> consumer, string reason, byte[] body)
    {
        var dead = await Plain.TakeAsync("actorcron.dead");
        var said = PlainClient.Header(dead.BasicProperties, "actorcron-reason")!;
        Assert.StartsWith(reason, said, StringComparison.Ordinal);
        Assert.InRange(said.Length, reason.Length + 5, 500);
        Assert.True(dead.Body.Span.SequenceEqual(body));

        await Plain.SendAsync(Queue, """{"runId":"next","job":{"type":"noop","params":{}}}""");
        Assert.Equal("next", (await consumer.Next()).Spec.Id);
        await Eventually(() => Broker.GetDepthAsync(Queue, default), depth => depth is { Messages: 0 });
    }

    private static byte[] Body(string what) => what switch
    {
        "empty" => [],
        "truncated" => Utf8(Valid[..20]),
        "16 MB" => Utf8("""{"job":{"type":"noop","params":{"pad":"X"}}}""".Replace("X", new string('x', 16 * 1024 * 1024), StringComparison.Ordinal)),
        "no JSON" => Utf8("make report"),
        "no UTF-8" => [0xff, 0xfe, 0x7b, 0x7d],
        "no object" => Utf8("[1]"),
        "no job" => Utf8("""{"runId":"r"}"""),
        "job of the wrong type" => Utf8("""{"job":"noop"}"""),
        "attempt of the wrong type" => Utf8("""{"attempt":"1","job":{"type":"noop","params":{}}}"""),
        "attempt 0" => Utf8("""{"attempt":0,"job":{"type":"noop","params":{}}}"""),
        "unknown trigger" => Utf8("""{"trigger":"whim","job":{"type":"noop","params":{}}}"""),
        "deep" => Utf8("""{"job":{"type":"noop","params":{"deep":X}}}""".Replace("X", new string('[', 5000) + new string(']', 5000), StringComparison.Ordinal)),
        "id too long" => Utf8("""{"runId":"X","job":{"type":"noop","params":{}}}""".Replace("X", new string('r', 301), StringComparison.Ordinal)),
        "id with a control character" => Utf8("""{"runId":"a\nb","job":{"type":"noop","params":{}}}"""),
        _ => throw new ArgumentOutOfRangeException(nameof(what), what, "No such body."),
    };

    private static BasicProperties Properties(string what) => what switch
    {
        "another version" => Versioned(2),
        "a version in words" => Versioned("one"),
        "a version that is a list" => Versioned(new List<object?> { 1 }),
        "another type" => new BasicProperties { Type = "invoice" },
        "message_id with a control character" => new BasicProperties { MessageId = "a\nb" },
        _ => throw new ArgumentOutOfRangeException(nameof(what), what, "No such properties."),
    };

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static BasicProperties Versioned(object version) => new() { Headers = new Dictionary<string, object?> { ["actorcron-version"] = version } };
}
