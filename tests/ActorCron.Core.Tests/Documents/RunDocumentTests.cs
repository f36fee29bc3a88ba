using System.Text;
using System.Text.Json;
using ActorCron.Core.Documents;
using ActorCron.Core.Jobs;
using ActorCron.Core.Json;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Tests.Documents;

public class RunDocumentTests
{
    private static readonly DateTimeOffset Quarter = new(2026, 11, 24, 1, 15, 0, TimeSpan.Zero);

    private static readonly Run Dispatched = new()
    {
        Spec = new RunSpec
        {
            Id = "reports/nightly@2026-11-24T01:15Z",
            Schedule = "reports/nightly",
            User = "rob",
            Queue = "default",
            ScheduledFor = Quarter,
            Trigger = RunTrigger.Schedule,
            Job = new JobSpec("shell", """{"command":"make report"}"""),
        },
        Fence = 17,
    };

    [Fact]
    public void A_finished_run_is_written_as_the_contract_shows()
    {
        var run = Dispatched with
        {
            State = RunState.Succeeded,
            Attempt = 1,
            Dispatched = Quarter.AddMilliseconds(5),
            Started = Quarter.AddMilliseconds(12),
            Finished = Quarter.AddSeconds(3).ToOffset(TimeSpan.FromHours(1)),
            Node = "host:4053",
            ExitCode = 0,
            Output = "done\n",
        };

        Assert.Equal(
            """{"runId":"reports/nightly@2026-11-24T01:15Z","schedule":"reports/nightly","user":"rob","queue":"default","scheduledFor":"2026-11-24T01:15:00.000Z","trigger":"schedule","state":"succeeded","attempt":1,"dispatched":"2026-11-24T01:15:00.005Z","started":"2026-11-24T01:15:00.012Z","finished":"2026-11-24T01:15:03.000Z","node":"host:4053","exitCode":0,"output":"done\n","error":null,"fence":17,"job":{"type":"shell","params":{"command":"make report"}},"attempts":[{"attempt":1,"node":"host:4053","state":"succeeded","started":"2026-11-24T01:15:00.012Z","finished":"2026-11-24T01:15:03.000Z","exitCode":0,"error":null,"output":"done\n","fence":17}]}""",
            Write(run, withOutput: true));
    }

    [Fact]
    public void What_is_not_known_yet_is_there_as_null()
    {
        using var document = JsonDocument.Parse(Write(Dispatched, withOutput: true));

        Assert.Equal("dispatched", document.RootElement.GetProperty("state").GetString());
        Assert.All(["dispatched", "started", "finished", "node", "exitCode", "output", "error"],
            name => Assert.Equal(JsonValueKind.Null, document.RootElement.GetProperty(name).ValueKind));
        Assert.False(document.RootElement.TryGetProperty("retryAt", out _));
    }

    [Fact]
    public void A_list_leaves_the_output_null() =>
        Assert.Contains("\"output\":null", Write(Dispatched with { Output = "long" }, withOutput: false), StringComparison.Ordinal);

    [Fact]
    public void A_retrying_run_says_when() =>
        Assert.EndsWith("\"retryAt\":\"2026-11-24T01:16:00.000Z\"}",
            Write(Dispatched with { State = RunState.Retrying, RetryAt = Quarter.AddMinutes(1) }, withOutput: true), StringComparison.Ordinal);

    [Fact]
    public void Output_cut_inside_a_character_is_still_written()
    {
        using var document = JsonDocument.Parse(Write(Dispatched with { Output = "x\ud83d" }, withOutput: true));

        Assert.Equal("x\uFFFD", document.RootElement.GetProperty("output").GetString());
    }

    private static string Write(Run run, bool withOutput)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, JsonWriting.Options)) RunDocument.Write(writer, run, withOutput);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
