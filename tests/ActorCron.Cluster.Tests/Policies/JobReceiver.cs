using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace ActorCron.Cluster.Tests.Policies;

/// <summary>What the http jobs of a test call. It has seen who executed what and when, whatever the cluster has on its records.</summary>
public sealed class JobReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Call> _calls = new();
    private readonly ConcurrentDictionary<string, int> _failed = new();
    private readonly ConcurrentDictionary<string, int> _seen = new();
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private JobReceiver(WebApplication app) => _app = app;

    /// <summary>Every request so far, in the order of their arrival.</summary>
    public IReadOnlyList<Call> Calls => [.. _calls];

    public static async Task<JobReceiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var receiver = new JobReceiver(builder.Build());
        receiver._app.Run(receiver.AnswerAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>The job: its call takes that long, and its first calls that are answered fail. Calls from the attempt
    /// <paramref name="heldFrom"/> on, but for the schedule's first <paramref name="free"/>, get their answer only after <see cref="Release"/>:
    /// what has to be under way at a moment of the play then is, however slow the machine.</summary>
    public System.Text.Json.Nodes.JsonObject Job(int takesMs = 0, int failures = 0, int heldFrom = int.MaxValue, int free = 0) => new()
    {
        ["type"] = "http",
        ["params"] = new System.Text.Json.Nodes.JsonObject { ["url"] = $"{_app.Urls.First()}/?ms={takesMs}&failures={failures}&heldFrom={heldFrom}&free={free}" },
    };

    /// <summary>Lets go what was held, and holds nothing any more.</summary>
    public void Release() => _released.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        string Header(string name) => context.Request.Headers[name].ToString();
        int Query(string name) => int.Parse(context.Request.Query[name].ToString(), CultureInfo.InvariantCulture);
        var run = Header("ActorCron-Run-Id");
        var call = new Call(run, int.Parse(Header("ActorCron-Attempt"), CultureInfo.InvariantCulture), long.Parse(Header("ActorCron-Fence"), CultureInfo.InvariantCulture), DateTimeOffset.UtcNow);
        _calls.Enqueue(call);
        try
        {
            await Task.Delay(Query("ms"), context.RequestAborted);
            if (call.Attempt >= Query("heldFrom") && _seen.AddOrUpdate(call.Schedule, 1, (_, before) => before + 1) > Query("free"))
                await _released.Task.WaitAsync(context.RequestAborted);
            var failures = Query("failures");
            var fails = failures > 0 && _failed.AddOrUpdate(run, 1, (_, before) => before + 1) <= failures;
            call.Status = context.Response.StatusCode = fails ? 500 : 200;
        }
        catch (OperationCanceledException)
        {
            call.Status = 0;
        }
        finally
        {
            call.Ended = DateTimeOffset.UtcNow;
        }
    }

    /// <summary>One execution, as the receiver saw it.</summary>
    public sealed record Call(string Run, int Attempt, long Fence, DateTimeOffset Started)
    {
        public string Schedule => Run.Split('@')[0];
        public DateTimeOffset? Ended { get; set; }

        /// <summary>200 or 500; 0 where the caller hung up (a kill, a timeout, a cancel), null while it lasts.</summary>
        public int? Status { get; set; }
    }
}
