using System.Diagnostics.Metrics;
using System.Text;
using ActorCron.Node.Metrics;

namespace ActorCron.Node.Tests.Api;

public sealed class MetricsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Process_cluster_and_readiness_are_measured()
    {
        var answer = await fixture.Server.SendAsync("GET", "/metrics");

        Assert.Equal((200, "text/plain"), (answer.Code, answer.ContentType));
        Assert.Contains("\nactorcron_cluster_members{status=\"up\"} 1\n", answer.Text);
        Assert.Contains("\nactorcron_scheduler 1\n", answer.Text);
        Assert.Contains("\nactorcron_ready 1\n", answer.Text);
        Assert.Contains("process_resident_memory_bytes ", answer.Text);
    }

    [Fact]
    public void What_the_engines_meters_measure_is_written_in_Prometheus_form()
    {
        using var store = new MetricStore();
        using var meter = new Meter("ActorCron.Tests");
        using var other = new Meter("Somebody.Else");
        var level = 5;

        var runs = meter.CreateCounter<long>("actorcron.runs", description: "Runs ended.");
        runs.Add(2, new KeyValuePair<string, object?>("queue", "a\"b\\c\nd"), new("state", "failed"));
        runs.Add(1, new KeyValuePair<string, object?>("state", "failed"), new("queue", "a\"b\\c\nd"));
        meter.CreateHistogram<double>("actorcron.run.duration", "s").Record(0.2);
        meter.CreateObservableGauge("actorcron.level", () => level);
        other.CreateCounter<long>("noise").Add(1);
        var text = new StringBuilder();
        store.Write(text);
        level = 3;
        text.Clear();
        store.Write(text);

        Assert.Contains("# HELP actorcron_runs_total Runs ended.\n# TYPE actorcron_runs_total counter\nactorcron_runs_total{queue=\"a\\\"b\\\\c\\nd\",state=\"failed\"} 3\n", text.ToString());
        Assert.Contains("actorcron_run_duration_seconds_bucket{le=\"0.1\"} 0\nactorcron_run_duration_seconds_bucket{le=\"0.25\"} 1\n", text.ToString());
        Assert.Contains("actorcron_run_duration_seconds_bucket{le=\"+Inf\"} 1\nactorcron_run_duration_seconds_sum 0.2\nactorcron_run_duration_seconds_count 1\n", text.ToString());
        Assert.Contains("# TYPE actorcron_level gauge\nactorcron_level 3\n", text.ToString());
        Assert.DoesNotContain("noise", text.ToString());
    }
}
