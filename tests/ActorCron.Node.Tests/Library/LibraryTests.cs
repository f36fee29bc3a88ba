using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using ActorCron.Hosting.Library;
using ActorCron.Hosting.Running;
using ActorCron.Node.Tests.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorCron.Node.Tests.Library;

/// <summary>ActorCron inside an application: a real generic host with an embedded node.</summary>
public sealed class LibraryTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly ConfigFolder _folder = new();
    private readonly IHost _host;

    public LibraryTests() => _host = Build(cron => cron.AddJob<NightlyReport>("nightly-report"));

    private ICronClient Client => _host.Services.GetRequiredService<ICronClient>();
    private ReportLog Log => _host.Services.GetRequiredService<ReportLog>();

    public Task InitializeAsync() => _host.StartAsync().WaitAsync(Bound);

    public async Task DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Each_run_of_a_job_has_its_own_scope_that_ends_with_it()
    {
        var stored = await Client.ScheduleAsync("rob", new { month = 11 }, minute: 0, hour: 2, dayOfWeek: "mon-fri");

        var runs = new[] { await Client.TriggerAsync(stored.Schedule.Id), await Client.TriggerAsync(stored.Schedule.Id) };

        foreach (var run in runs)
        {
            var ended = await EndOfAsync(run!.Spec.Id);
            Assert.Equal((RunState.Succeeded, "written\n"), (ended.State, ended.Output));
        }
        Assert.All(Log.Written, written => Assert.Equal("""{"month":11}""", written.Params));
        Assert.Equal(2, Log.Written.Select(written => written.Scope).Distinct().Count());
        Assert.Equal(Log.Written.Select(written => written.Scope).Order(), Log.Closed.Order());
    }

    [Fact]
    public async Task The_short_form_takes_numbers_and_texts_and_stores_the_same_schedule_once()
    {
        var first = await Client.ScheduleAsync("rob", minute: 15, hour: "*/2", day: 1, month: "jan,jul");
        var again = await Client.ScheduleAsync("rob", minute: "15", hour: "*/2", day: 1, month: "jan,jul");
        var other = await Client.ScheduleAsync("rob", minute: 15, hour: "*/2", day: 2, month: "jan,jul");

        Assert.Equal("15 */2 1 jan,jul *", (await Client.Gateway.GetAsync(first.Schedule.Id, CancellationToken.None))!.Schedule.Time.Fields!.ToCron());
        Assert.Equal("nightly-report", first.Schedule.Job.Type);
        Assert.Equal(first.Schedule.Id, again.Schedule.Id);
        Assert.NotEqual(first.Schedule.Id, other.Schedule.Id);
        Assert.Equal(["rob"], (await Client.Gateway.ListAsync(new ScheduleQuery(), CancellationToken.None)).Items.Select(item => item.Schedule.User).Distinct());
        Assert.True(await Client.RemoveAsync(other.Schedule.Id));
    }

    [Fact]
    public async Task The_current_schedules_are_those_that_name_this_minute()
    {
        var always = await Client.ScheduleAsync("rob");
        await Client.ScheduleAsync("rob", day: 29, month: 2);
        await Client.ScheduleAsync("ann", id: "hers");

        Assert.Equal([always.Schedule.Id], (await Client.CurrentSchedulesAsync("rob")).Select(item => item.Schedule.Id));
        Assert.Equal(["hers", always.Schedule.Id], (await Client.CurrentSchedulesAsync()).Select(item => item.Schedule.Id));
    }

    [Fact]
    public async Task What_is_wrong_is_told_with_its_field_and_position()
    {
        Assert.StartsWith("hour (position 1): ", await RefusalAsync(() => Client.ScheduleAsync("rob", hour: 24)));
        Assert.StartsWith("dayOfWeek (position 5): ", await RefusalAsync(() => Client.ScheduleAsync("rob", dayOfWeek: "mon,xyz")));
        Assert.StartsWith("timeZone", await RefusalAsync(() => Client.ScheduleAsync("rob", timeZone: "Mars/Base")));
        Assert.StartsWith("params: must be a JSON object", await RefusalAsync(() => Client.ScheduleAsync("rob", new[] { 1 })));
        Assert.Contains("did you mean 'nightly-report'", await RefusalAsync(() => Client.ScheduleAsync("rob", jobType: "nightly-rport")));
        Assert.StartsWith("job.params", await RefusalAsync(() => Client.ScheduleAsync("rob", new { sleep = 1 }, jobType: "noop")));
    }

    [Fact]
    public async Task A_stop_gives_the_data_folder_back_and_what_was_stored_is_there_at_the_next_start()
    {
        var stored = await Client.ScheduleAsync("rob", hour: 2);
        await _host.StopAsync().WaitAsync(Bound);

        Assert.Throws<InvalidOperationException>(() => Client.Gateway);
        using var next = Build(cron => cron.AddJob<NightlyReport>("nightly-report"));
        await next.StartAsync().WaitAsync(Bound);
        Assert.NotNull(await next.Services.GetRequiredService<ICronClient>().Gateway.GetAsync(stored.Schedule.Id, CancellationToken.None));
        await next.StopAsync().WaitAsync(Bound);
    }

    [Fact]
    public void Wrong_configuration_keeps_the_host_from_being_built_and_every_problem_is_told()
    {
        var refusal = Assert.Throws<NodeStartException>(() => Build(cron => cron.Configure("worker.concurency", "4").ConfigureText("actorcron.store.kind = oracle")));

        Assert.Contains("the nearest is actorcron.worker.concurrency", refusal.Message);
        Assert.Contains("configuration text 1:1: actorcron.store.kind", refusal.Message);
    }

    [Fact]
    public void A_job_type_has_one_handler()
    {
        Assert.Throws<ArgumentException>(() => Build(cron => cron.AddJob<NightlyReport>().AddJob<NightlyReport>()));
        Assert.Throws<ArgumentException>(() => Build(cron => cron.AddJob<NightlyReport>("shell")));
    }

    private IHost Build(Action<IActorCronBuilder> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton<ReportLog>().AddScoped<ReportScope>();
        builder.Services.AddActorCron(cron => configure(cron.Configure("node.data-dir", _folder.Path)));
        return builder.Build();
    }

    private async Task<Run> EndOfAsync(string runId)
    {
        using var bound = new CancellationTokenSource(Bound);
        while (true)
        {
            if (await Client.Gateway.GetRunAsync(runId, bound.Token) is { Finished: not null } run) return run;
            await Task.Delay(50, bound.Token);
        }
    }

    private static async Task<string> RefusalAsync(Func<Task> call) => (await Assert.ThrowsAsync<ArgumentException>(call)).Message;
}
