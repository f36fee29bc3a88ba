using System.IO.Pipelines;
using System.Text;
using ActorCron.Pbm;
using Microsoft.AspNetCore.Http;

namespace ActorCron.Node.Tests.Pbm;

public sealed class CronImportTests : IAsyncLifetime
{
    private const string Import = "POST /api/v1/schedules/import";
    private const string AllGood = """{"created":1,"updated":0,"unchanged":0,"failed":0,"errors":[]}""";
    private StubNode _node = null!;

    public async Task InitializeAsync() => _node = await StubNode.StartAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Theory]
    // Told, by the name, by the content.
    [InlineData("x.txt", "* * * * * date", "ndjson", "application/x-ndjson")]
    [InlineData("x.ndjson", "# comment", "auto", "application/x-ndjson")]
    [InlineData("my.crontab", "* * * * * date", "auto", "text/plain")]
    [InlineData("x.txt", "\uFEFF  {\"id\":\"a\"}", "auto", "application/x-ndjson")]
    [InlineData("x.txt", "# daily\n0 0 * * * date", "auto", "text/plain")]
    public async Task The_format_is_told_or_seen(string name, string content, string format, string sentAs)
    {
        _node.On(Import, AllGood);
        using var folder = new TempFolder();
        var file = folder.File(name);
        await File.WriteAllTextAsync(file, content);

        var pbm = await PbmRun.Of(_node, "cron", "import", file, "--format", format);

        Assert.Equal((ExitCode.Ok, "created 1, updated 0, unchanged 0, failed 0\n"), (pbm.Exit, pbm.Out));
        Assert.StartsWith(sentAs, _node.Requests.Single().Headers.ContentType.ToString());
        Assert.Equal(content.TrimStart('\uFEFF'), _node.Requests.Single().Body);
    }

    // As of "crontab -l | pbm cron import -" where crontab failed.
    [Theory]
    [InlineData("")]
    [InlineData(" \n\n")]
    public async Task What_is_empty_is_not_sent_as_it_would_remove_what_an_earlier_file_brought(string content)
    {
        var pbm = await PbmRun.Of([_node.Address, "cron", "import", "-"], content);

        Assert.Equal((ExitCode.Ok, "created 0, updated 0, unchanged 0, failed 0\n"), (pbm.Exit, pbm.Out));
        Assert.Contains("is empty", pbm.Error, StringComparison.Ordinal);
        Assert.Empty(_node.Requests);
    }

    [Fact]
    public async Task The_options_of_a_crontab_become_the_query()
    {
        _node.On(Import, AllGood);

        await PbmRun.Of([_node.Address, "cron", "import", "-", "--user", "rob", "--prefix", "rob/", "--zone", "Europe/Berlin", "--dry-run"], "* * * * * date\n");

        Assert.Equal("/api/v1/schedules/import?user=rob&prefix=rob%2F&timeZone=Europe%2FBerlin&dryRun=true", _node.Requests.Single().Target);
    }

    [Fact]
    public async Task Each_bad_line_is_named_and_the_exit_code_says_so()
    {
        _node.On(Import, """{"created":1,"updated":0,"unchanged":2,"failed":1,"errors":[{"line":3,"error":"column 1: 61 is no minute"}]}""");

        var pbm = await PbmRun.Of([_node.Address, "cron", "import", "-"], "x\n");

        Assert.Equal(ExitCode.Refused, pbm.Exit);
        Assert.Equal("created 1, updated 0, unchanged 2, failed 1\n", pbm.Out);
        Assert.Equal("stdin:3: column 1: 61 is no minute\n", pbm.Error);
    }

    [Fact]
    public async Task A_file_is_sent_while_it_is_still_being_read()
    {
        _node.On(Import, AllGood);
        var firstPieceArrived = new TaskCompletionSource();
        _node.OnRequest = async context =>
        {
            var read = await context.Request.BodyReader.ReadAtLeastAsync(4096);
            context.Request.BodyReader.AdvanceTo(read.Buffer.Start);
            firstPieceArrived.SetResult();
        };
        var input = new Pipe();
        var half = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"id\":\"a\"}\n", 10_000)));

        await input.Writer.WriteAsync(half.AsMemory(0, 16 * 1024));
        var pbm = PbmRun.Of([_node.Address, "cron", "import", "-"], input.Reader.AsStream());
        await firstPieceArrived.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await input.Writer.WriteAsync(half.AsMemory(16 * 1024));
        await input.Writer.CompleteAsync();

        Assert.Equal(ExitCode.Ok, (await pbm).Exit);
        Assert.Equal(half.Length, _node.Requests.Single().Body.Length);
    }

    [Fact]
    public async Task A_refusal_is_read_although_the_file_is_long()
    {
        // Answers before it reads the body, as a node does that lacks the token.
        _node.OnRequest = context =>
        {
            context.Response.StatusCode = 401;
            context.Response.ContentType = "application/problem+json";
            return context.Response.WriteAsync("""{"status":401,"detail":"no token"}""").ContinueWith(_ => context.Response.CompleteAsync(), TaskScheduler.Default);
        };

        var pbm = await PbmRun.Of([_node.Address, "cron", "import", "-"], new string('x', 50_000_000));

        Assert.Equal(ExitCode.Refused, pbm.Exit);
        Assert.Contains("no token", pbm.Error);
    }

    [Theory]
    [InlineData("missing.ndjson", "Could not find file")]
    [InlineData("array.json", "one schedule a line")]
    public async Task A_file_that_cannot_be_sent_is_a_usage_error(string name, string words)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("array.json"), "[{}]");

        var pbm = await PbmRun.Of(_node, "cron", "import", folder.File(name));

        Assert.Equal(ExitCode.Usage, pbm.Exit);
        Assert.Contains(words, pbm.Error);
        Assert.Empty(_node.Requests);
    }
}
