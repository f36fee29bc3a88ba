using System.Diagnostics;
using ActorCron.Pbm;

namespace ActorCron.Node.Tests.Pbm;

public sealed class PbmProcessTests : IAsyncLifetime
{
    private StubNode _node = null!;

    public async Task InitializeAsync()
    {
        _node = await StubNode.StartAsync();
        _node.On("GET /api/v1/cluster", """{"members":[{"address":"n1","roles":["worker"],"status":"up","reachable":true}]}""");
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task Each_exit_code_leaves_the_process()
    {
        var ok = await PbmProcess.RunAsync(_node.Address, "cluster", "show");
        var refused = await PbmProcess.RunAsync(_node.Address, "cron", "show", "nothing");
        var usage = await PbmProcess.RunAsync("cluster", "shw");
        var noNode = await PbmProcess.RunAsync("127.0.0.1:1", "cluster", "show");

        Assert.Equal((0, 1, 2, 3), (ok.Exit, refused.Exit, usage.Exit, noNode.Exit));
        Assert.Equal(("n1 | [worker] | up |  |\nCount: 1 nodes\n", ""), (ok.Out, ok.Error));
        Assert.All([refused, usage, noNode], pbm => Assert.Equal("", pbm.Out));
    }

    [Fact]
    public async Task A_tail_ends_when_nobody_reads_it_any_more()
    {
        using var pbm = PbmProcess.Start(_node.Address, "run", "list", "--follow", "--interval", "50ms", "-o", "json");
        var ids = 0;
        _node.OnRequest = _ =>
        {
            _node.On("GET /api/v1/runs", $$"""{"items":[{"runId":"r{{Interlocked.Increment(ref ids)}}","state":"succeeded","attempt":1}],"next":null}""");
            return Task.CompletedTask;
        };
        _node.On("GET /api/v1/runs", """{"items":[{"runId":"r0","state":"succeeded","attempt":1}],"next":null}""");

        Assert.Contains("r0", await pbm.StandardOutput.ReadLineAsync());
        pbm.StandardOutput.Close();

        await pbm.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);
        Assert.Equal(ExitCode.Ok, pbm.ExitCode);
    }

    [Fact]
    public async Task A_signal_to_stop_ends_a_tail_with_0()
    {
        using var pbm = PbmProcess.Start(_node.Address, "cluster", "tail", "--interval", "50ms");
        try
        {
            Assert.Contains("n1", await pbm.StandardOutput.ReadLineAsync());

            // SIGTERM takes the way of Ctrl+C; SIGINT itself is ignored in whatever a shell starts in the background, tests too.
            using (var kill = Process.Start("kill", ["-TERM", $"{pbm.Id}"])) await kill.WaitForExitAsync();

            await pbm.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);
            Assert.Equal(ExitCode.Ok, pbm.ExitCode);
        }
        finally
        {
            if (!pbm.HasExited) pbm.Kill();
        }
    }
}
