using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ActorCron.Actors.Brokers;
using ActorCron.Core.Jobs;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using RabbitMQ.Client;

namespace ActorCron.Actors.Tests.Brokers;

/// <summary>The worker and the publisher of docs/examples/python, against a real RabbitMQ. What they send is held to docs/asyncapi.yaml.</summary>
[Collection(RabbitCollection.Name)]
public sealed class PythonExampleTests(RabbitBroker rabbit) : RabbitTest(rabbit.Server)
{
    private static readonly AsyncApi Api = AsyncApi.Load();

    [Fact]
    public async Task The_worker_takes_its_number_of_runs_reports_on_each_and_leaves_the_rest_untouched()
    {
        await DeclareResults();
        await Publish(Enumerable.Range(0, 5).Select(i => Job($"r{i}", "report", $$"""{"name":"n{{i}}"}""")));
        await using var worker = Worker(("COUNT", "3"), ("WORKER_NAME", "py-1"));

        var (exitCode, _, errors) = await worker.EndAsync();

        Assert.True(exitCode == 0, errors);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(($"r{i}", 2, "running"), Report(await Plain.TakeAsync("actorcron.results")));
            var ended = await Plain.TakeAsync("actorcron.results");
            Assert.Equal(($"r{i}", 2, "succeeded"), Report(ended));
            Assert.Equal(("py-1", $"report n{i} for 2026-11-24T01:15:00.000Z is done"), ((string?)Body(ended)["worker"], (string?)Body(ended)["output"]));
        }
        for (var i = 3; i < 5; i++)
        {
            var left = await Plain.TakeAsync(Name);
            Assert.Equal(($"r{i}", false), (left.BasicProperties.MessageId, left.Redelivered));
        }
    }

    [Fact]
    public async Task What_it_reports_is_what_the_cluster_reads()
    {
        await Publish(Job("good", "noop", "{}"), Job("bad", "noop", """{"fail":true}"""), Job("ugly", "nobody", "{}"));
        var results = await Results();
        await using var worker = Worker(("COUNT", "3"));

        var reports = await results.Next(6);

        var ended = reports.Where(report => report.HasEnded).ToDictionary(report => report.RunId);
        Assert.Equal(RunState.Succeeded, ended["good"].Result.State);
        Assert.Equal((RunState.Failed, "RuntimeError: told to fail"), (ended["bad"].Result.State, ended["bad"].Result.Error));
        Assert.Equal((RunState.Failed, "unknown job type 'nobody': this worker knows noop, report"), (ended["ugly"].Result.State, ended["ugly"].Result.Error));
        Assert.Equal(0, (await worker.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task It_puts_poison_aside_and_goes_on()
    {
        await DeclareResults();
        await Publish(Job("first", "noop", "{}"));
        foreach (var poison in (string[])["", """{"job":""", "[]", """{"job":"noop"}""", """{"attempt":"one","job":{"type":"noop","params":{}}}"""]) await Plain.SendAsync(Queue, poison);
        await Plain.SendAsync(Queue, """{"job":{"type":"noop","params":{}}}""", new BasicProperties { Headers = new Dictionary<string, object?> { ["actorcron-version"] = 2 } });
        await Publish(Job("last", "noop", "{}"));
        await using var worker = Worker(("COUNT", "2"));

        Assert.Equal(0, (await worker.EndAsync()).ExitCode);

        var dead = await Eventually(() => Broker.GetDeadLettersAsync(10, default), letters => letters.Count == 6);
        Assert.Equal(["empty", "malformed-json", "invalid-field", "invalid-field", "invalid-field", "unsupported-version"], dead.Select(letter => letter.Reason.Split(':')[0]));
        Assert.All(dead, letter => Assert.Equal(Queue, letter.Queue));
        Assert.Equal(6, await Broker.RequeueDeadLettersAsync(null, default));
    }

    [Fact]
    public async Task It_needs_no_more_rights_than_the_guide_gives_it()
    {
        await DeclareResults();
        await Publish(Job("r", "noop", "{}"));
        await Plain.SendAsync(Queue, "poison");
        await Publish(Job("s", "noop", "{}"));
        var user = $"worker-{Queue}";
        await Server.RunCtlAsync("add_user", user, "secret");
        await Server.RunCtlAsync("set_permissions", user, "", @"^actorcron\.(results|dead)$", $@"^actorcron\.jobs\.{Queue}$");
        await using var worker = Worker(("COUNT", "2"), ("AMQP_URL", $"amqp://{user}:secret@127.0.0.1:{Server.Port}/"));

        var (exitCode, _, errors) = await worker.EndAsync();

        Assert.True(exitCode == 0, errors);
        Assert.Single(await Eventually(() => Broker.GetDeadLettersAsync(10, default), letters => letters.Count == 1));
    }

    [Fact]
    public async Task A_worker_that_dies_gives_its_run_to_the_next()
    {
        await Publish(Job("r", "noop", """{"sleepMs":60000}"""));
        var results = await Results();
        await using var dying = Worker();
        await (await results.Next()).AckAsync();

        dying.Kill();

        Assert.Equal("r", (await Consume(1).Next()).Spec.Id);
    }

    [Fact]
    public async Task A_worker_that_is_told_to_stop_ends_its_run_and_takes_no_other()
    {
        await Publish(Job("a", "noop", """{"sleepMs":1500}"""), Job("b", "noop", "{}"));
        var results = await Results();
        await using var worker = Worker();
        Assert.False((await results.Next()).HasEnded);

        await worker.TerminateAsync();

        Assert.Equal(0, (await worker.EndAsync()).ExitCode);
        var ended = await results.Next();
        Assert.Equal(("a", true, RunState.Succeeded), (ended.RunId, ended.HasEnded, ended.Result.State));
        Assert.Equal("b", (await Consume(1).Next()).Spec.Id);
    }

    [Fact]
    public async Task A_run_of_hours_is_acknowledged_when_it_has_begun_and_takes_no_second_one_along()
    {
        var hours = Job("long", "noop", """{"sleepMs":2000}""");
        await Publish(hours with { Spec = hours.Spec with { Timeout = TimeSpan.FromHours(3) } }, Job("next", "noop", "{}"));
        var results = await Results();
        await using var worker = Worker(("COUNT", "2"));
        var begun = await results.Next();
        Assert.Equal(("long", false), (begun.RunId, begun.HasEnded));

        // Neither with the worker nor back in the queue.
        await Eventually(() => Broker.GetDepthAsync(Queue, default), depth => depth is { Messages: 1, Consumers: 0 });

        Assert.Equal(["long", "next", "next"], (await results.Next(3)).Select(report => report.RunId));
        Assert.Equal(0, (await worker.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task A_run_that_takes_too_long_is_reported_as_failed()
    {
        var slow = Job("slow", "noop", """{"sleepMs":60000}""");
        await Publish(slow with { Spec = slow.Spec with { Timeout = TimeSpan.FromSeconds(1) } });
        var results = await Results();
        await using var worker = Worker(("COUNT", "1"));

        var ended = (await results.Next(2))[1];

        Assert.Equal((RunState.Failed, "timed out after 1 s"), (ended.Result.State, ended.Result.Error));
        Assert.Equal(0, (await worker.EndAsync()).ExitCode);
    }

    [Fact]
    public async Task The_publisher_s_jobs_become_runs_and_the_same_ids_stay_the_same()
    {
        var consumer = await Listening();
        for (var i = 0; i < 2; i++)
        {
            await using var publisher = Publisher(("COUNT", "2"), ("ID_PREFIX", "order"), ("JOB_TYPE", "noop"), ("JOB_PARAMS", """{"sleepMs":1}"""));
            var (exitCode, output, errors) = await publisher.EndAsync();
            Assert.True(exitCode == 0, errors);
            Assert.Equal(["order-1", "order-2"], output);
        }

        var deliveries = await consumer.Next(4);

        Assert.Equal(["order-1", "order-2", "order-1", "order-2"], deliveries.Select(delivery => delivery.Spec.Id));
        Assert.All(deliveries, delivery => Assert.Equal((RunTrigger.Message, "python", """{"sleepMs":1}"""), (delivery.Spec.Trigger, delivery.Spec.User, delivery.Spec.Job.Params)));
        Assert.All(deliveries, delivery => Assert.NotNull(delivery.Spec.TraceParent));
    }

    [Fact]
    public async Task The_publisher_s_messages_are_valid()
    {
        await (await Listening()).Control.DrainAsync().WaitAsync(Soon);
        await using var publisher = Publisher();
        Assert.Equal(0, (await publisher.EndAsync()).ExitCode);

        AssertValidJob(await Plain.TakeAsync(Name));
    }

    [Fact]
    public async Task The_scheduler_s_messages_are_valid()
    {
        await Publish(Run("reports/nightly@2026-11-24T01:15Z"), Run("a") with { Spec = Run("a").Spec with { Schedule = null, Trigger = RunTrigger.Message } });

        AssertValidJob(await Plain.TakeAsync(Name));
        AssertValidJob(await Plain.TakeAsync(Name));
    }

    [Fact]
    public async Task The_publisher_says_that_no_queue_takes_its_jobs()
    {
        await Publish(Run("elsewhere"));
        await using var publisher = Publisher(("QUEUE", "nobody-serves-this"));

        var (exitCode, output, errors) = await publisher.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.Contains("no queue takes 'nobody-serves-this'", errors, StringComparison.Ordinal);
    }

    private static void AssertValidJob(BasicGetResult message)
    {
        Assert.Equal("", Api.Problems("job", Body(message)));
        var headers = message.BasicProperties.Headers!.ToDictionary(pair => pair.Key, pair => (JsonNode?)(pair.Value is byte[] text
            ? JsonValue.Create(Encoding.UTF8.GetString(text))
            : JsonValue.Create(Convert.ToInt64(pair.Value, CultureInfo.InvariantCulture))));
        Assert.Equal("", Api.Problems("jobHeaders", new JsonObject(headers)));
        Assert.NotNull(headers["traceparent"]);
    }

    private static (string?, int, string?) Report(BasicGetResult message)
    {
        var body = Body(message);
        Assert.Equal("", Api.Problems("result", body));
        return ((string?)body["runId"], (int)body["attempt"]!, (string?)body["outcome"]);
    }

    private static JsonNode Body(BasicGetResult message) => JsonNode.Parse(message.Body.Span)!;

    private DispatchItem Job(string id, string type, string parameters) => Run(id) with { Spec = Run(id).Spec with { Job = new JobSpec(type, parameters) } };

    private async Task DeclareResults() => await (await Results()).Control.DrainAsync().WaitAsync(Soon);

    private PythonProgram Worker(params (string, string)[] environment) => new("worker.py", [("AMQP_URL", Server.Uri + "%2F"), ("QUEUE", Queue), .. environment]);

    private PythonProgram Publisher(params (string, string)[] environment) => new("publisher.py", [("AMQP_URL", Server.Uri + "%2F"), ("QUEUE", Queue), .. environment]);
}
