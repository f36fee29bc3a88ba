using System.Text.Json;
using ActorCron.Core.Jobs;
using ActorCron.Hosting.Jobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;

namespace ActorCron.Node.Tests.Jobs;

/// <summary>What built-in handlers make of the runs of a batch.</summary>
public sealed class BatchJobTests
{
    private const string Parent = "reports/all@2026-11-24T01:15Z";

    [Fact]
    public async Task A_shell_item_gets_its_data_on_standard_input_and_its_place_in_the_environment()
    {
        var (result, output) = await ShellAsync(Item(17, """{"command":"cat; echo; echo $ACTORCRON_BATCH $ACTORCRON_BATCH_INDEX"}""", """{"command":"cat; echo; echo $ACTORCRON_BATCH $ACTORCRON_BATCH_INDEX","item":"a b"}"""));

        Assert.Null(result.Error);
        Assert.Equal($$"""{"command":"cat; echo; echo $ACTORCRON_BATCH $ACTORCRON_BATCH_INDEX","item":"a b"}{{"\n"}}{{Parent}} 17{{"\n"}}""", output);
    }

    [Theory]
    [InlineData("""{"command":"echo owner","env":{"X":"item"},"shell":"/no/such/shell","cwd":"/no/such/folder","stdin":"item"}""")]
    [InlineData("""{"command":"echo owner","n":1}""")]
    public async Task No_item_chooses_how_a_command_is_run(string merged)
    {
        var (result, output) = await ShellAsync(Item(0, """{"command":"echo owner $X"}""", merged));

        Assert.Equal((null, "owner\n"), (result.Error, output));
    }

    [Fact]
    public async Task A_run_outside_a_batch_knows_of_none()
    {
        var (_, output) = await ShellAsync(Job.Context(ShellJob.Type, new { command = "env | grep -c ^ACTORCRON_BATCH" }));

        Assert.Equal("0\n", output);
    }

    [Fact]
    public async Task A_noop_item_passes_over_its_data()
    {
        var context = Item(0, null, """{"item":5}""");

        Assert.Equal(JobResult.Succeeded, await new NoopJob(TimeProvider.System).RunAsync(context, CancellationToken.None));
        Assert.NotNull((await new NoopJob(TimeProvider.System).RunAsync(context with { Batch = null }, CancellationToken.None)).Error);
    }

    [Fact]
    public async Task An_http_item_posts_its_data_where_the_schedule_says()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var server = builder.Build();
        server.MapPost("/take", async (HttpRequest request) => $"{request.ContentType} {await new StreamReader(request.Body).ReadToEndAsync()}");
        await server.StartAsync();
        var url = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/take";
        using var http = new HttpJob();
        var own = JsonSerializer.Serialize(new { url });
        var context = Item(3, own, JsonSerializer.Serialize(new { url, n = 3, method = "DELETE" }));

        var result = await http.RunAsync(context, CancellationToken.None);

        Assert.Null(result.Error);
        Assert.Equal($$"""HTTP 200 OK{{"\n"}}application/json; charset=utf-8 {"url":"{{url}}","n":3,"method":"DELETE"}{{"\n"}}""", context.Output.ToString());
    }

    private static JobContext Item(int index, string? own, string merged)
    {
        var context = Job.Context("any", merged) with { Batch = new BatchPart(Parent, BatchRole.Map, index) };
        return own is null ? context : context with { OwnParams = own };
    }

    private static async Task<(JobResult Result, string Output)> ShellAsync(JobContext context)
    {
        using var shell = Job.Shell();
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        return (await shell.RunAsync(context, bound.Token), context.Output.ToString());
    }
}
