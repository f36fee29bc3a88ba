using ActorCron.Actors.Brokers;
using ActorCron.Core.Runs;
using RabbitMQ.Client;

namespace ActorCron.Actors.Tests.Brokers;

/// <summary>Messages and reports of programs outside the cluster.</summary>
[Collection(RabbitCollection.Name)]
public sealed class RabbitForeignTests(RabbitBroker rabbit) : RabbitTest(rabbit.Server)
{
    private const string Minimal = """{"job":{"type":"noop","params":{"sleepMs":1}}}""";

    [Fact]
    public async Task A_job_alone_becomes_a_run_with_all_that_it_does_not_say()
    {
        var consumer = await Listening();
        await Plain.SendAsync(Queue, Minimal);

        var delivery = await consumer.Next();

        Assert.Equal(RunTrigger.Message, delivery.Spec.Trigger);
        Assert.Equal(("default", Queue, 1, null), (delivery.Spec.User, delivery.Spec.Queue, delivery.Attempt, delivery.Spec.Schedule));
        Assert.Equal(("noop", """{"sleepMs":1}"""), (delivery.Spec.Job.Type, delivery.Spec.Job.Params));
        Assert.True(Guid.TryParse(delivery.Spec.Id, out _));
        Assert.InRange(TimeProvider.System.GetUtcNow() - delivery.Spec.ScheduledFor, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Equal(TimeSpan.FromHours(1), delivery.Spec.Timeout);
    }

    [Fact]
    public async Task Two_messages_without_an_id_are_two_runs()
    {
        var consumer = await Listening();
        await Plain.SendAsync(Queue, Minimal);
        await Plain.SendAsync(Queue, Minimal);

        var deliveries = await consumer.Next(2);

        Assert.NotEqual(deliveries[0].Spec.Id, deliveries[1].Spec.Id);
    }

    [Theory]
    // The body's id comes before the message's.
    [InlineData("""{"runId":"mine","job":{"type":"noop","params":{}}}""", "theirs", "mine")]
    [InlineData(Minimal, "theirs", "theirs")]
    public async Task A_message_may_bring_its_id(string body, string messageId, string expected)
    {
        var consumer = await Listening();
        await Plain.SendAsync(Queue, body, new BasicProperties { MessageId = messageId });

        Assert.Equal(expected, (await consumer.Next()).Spec.Id);
    }

    [Fact]
    public async Task Its_own_words_are_heeded()
    {
        var consumer = await Listening();
        await Plain.SendAsync(Queue,
            """{"runId":"r","user":"amy","scheduledFor":"2026-01-02T03:04:05+01:00","trigger":"message","attempt":2,"timeoutSeconds":90,"job":{"type":"noop","params":{}}}""",
            new BasicProperties { Headers = new Dictionary<string, object?> { ["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" } });

        var delivery = await consumer.Next();

        Assert.Equal(("amy", 2, TimeSpan.FromSeconds(90)), (delivery.Spec.User, delivery.Attempt, delivery.Spec.Timeout));
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 2, 4, 5, TimeSpan.Zero), delivery.Spec.ScheduledFor);
        Assert.Equal("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", delivery.Spec.TraceParent);
    }

    [Fact]
    public async Task The_timestamp_says_when_it_was_due_where_the_body_does_not()
    {
        var consumer = await Listening();
        await Plain.SendAsync(Queue, Minimal, new BasicProperties { Timestamp = new AmqpTimestamp(1_767_322_445) });

        Assert.Equal(new DateTimeOffset(2026, 1, 2, 2, 54, 5, TimeSpan.Zero), (await consumer.Next()).Spec.ScheduledFor);
    }

    [Theory]
    // Milliseconds instead of seconds, and none at all.
    [InlineData(1_767_322_445_000)]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    public async Task A_timestamp_that_is_no_time_is_passed_over(long timestamp)
    {
        var consumer = await Listening();
        await Plain.SendAsync(Queue, Minimal, new BasicProperties { Timestamp = new AmqpTimestamp(timestamp) });

        var delivery = await consumer.Next();
        Assert.InRange(TimeProvider.System.GetUtcNow() - delivery.Spec.ScheduledFor, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Theory]
    // No attempt, no fence, no id: the scheduler sent none of these.
    [InlineData("""{"runId":"r","trigger":"schedule","fence":1,"job":{"type":"noop","params":{}}}""")]
    [InlineData("""{"runId":"r","trigger":"manual","attempt":1,"job":{"type":"noop","params":{}}}""")]
    [InlineData("""{"trigger":"backfill","attempt":1,"fence":1,"job":{"type":"noop","params":{}}}""")]
    public async Task Who_only_calls_itself_the_scheduler_is_not(string body)
    {
        var consumer = await Listening();
        await Plain.SendAsync(Queue, body);

        var delivery = await consumer.Next();

        Assert.Equal(RunTrigger.Message, delivery.Spec.Trigger);
        Assert.Null(delivery.Spec.Schedule);
    }

    [Theory]
    [InlineData("""{"runId":"r","attempt":2,"outcome":"running","worker":"py-1"}""", false, RunState.Running, "py-1")]
    [InlineData("""{"runId":"r","attempt":2,"outcome":"succeeded","output":"out","error":null}""", true, RunState.Succeeded, "reporter")]
    [InlineData("""{"runId":"r","attempt":2,"outcome":"failed","output":"out","error":"no disk","worker":"py-1","more":1}""", true, RunState.Failed, "py-1")]
    public async Task A_report_says_how_an_attempt_goes(string body, bool ended, RunState state, string worker)
    {
        var results = await Results();
        await Plain.ReportAsync(body, new BasicProperties { AppId = "reporter" });

        var report = await results.Next();

        Assert.Equal(("r", 2, ended, state, worker), (report.RunId, report.Attempt, report.HasEnded, report.Result.State, report.Worker));
        Assert.Equal(state == RunState.Failed ? "no disk" : null, report.Result.Error);
        await report.AckAsync();
    }

    [Fact]
    public async Task A_report_given_back_comes_again_and_one_that_is_acknowledged_does_not()
    {
        var results = await Results();
        await Plain.ReportAsync("""{"runId":"r","attempt":1,"outcome":"succeeded"}""");

        await (await results.Next()).RequeueAsync();
        await (await results.Next()).AckAsync();

        Assert.True(await results.IsQuiet());
    }

    [Theory]
    [InlineData("", "empty: ")]
    [InlineData("""{"runId":"r","attempt":"one","outcome":"succeeded"}""", "invalid-field: attempt ")]
    [InlineData("""{"runId":"r","attempt":1,"outcome":"done"}""", "invalid-field: outcome ")]
    [InlineData("""{"attempt":1,"outcome":"failed"}""", "invalid-field: runId ")]
    public async Task A_report_that_cannot_be_read_is_a_dead_letter_and_the_next_one_is_taken(string body, string reason)
    {
        var results = await Results();
        await Plain.ReportAsync(body);
        await Plain.ReportAsync("""{"runId":"r","attempt":1,"outcome":"succeeded"}""");

        Assert.Equal("r", (await results.Next()).RunId);
        var dead = await Plain.TakeAsync("actorcron.dead");
        Assert.StartsWith(reason, PlainClient.Header(dead.BasicProperties, "actorcron-reason"), StringComparison.Ordinal);
        Assert.Equal("actorcron.results", PlainClient.Header(dead.BasicProperties, "actorcron-queue"));
    }

    [Fact]
    public async Task A_dead_report_goes_back_to_the_results()
    {
        var results = await Results();
        await Plain.ReportAsync("""{"runId":"r"}""", new BasicProperties { MessageId = "m" });
        var dead = Assert.Single(await Eventually(() => Broker.GetDeadLettersAsync(10, default), dead => dead.Count == 1));
        Assert.Equal(("actorcron.results", "m"), (dead.Queue, dead.MessageId));

        Assert.Equal(1, await Broker.RequeueDeadLettersAsync("m", default));

        // And is found wanting again.
        Assert.Single(await Eventually(() => Broker.GetDeadLettersAsync(10, default), again => again.Count == 1));
        Assert.True(await results.IsQuiet());
    }
}
