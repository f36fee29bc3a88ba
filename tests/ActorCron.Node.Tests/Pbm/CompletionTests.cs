using System.Diagnostics;

namespace ActorCron.Node.Tests.Pbm;

public sealed class CompletionTests
{
    [Theory]
    [InlineData("pbm cl", "cluster|cluster-sharding")]
    [InlineData("pbm 127.0.0.1:1 cron e", "edit|explain|export")]
    [InlineData("pbm run list --state ti", "timedOut")]
    [InlineData("pbm cron add x --overlap s", "skip")]
    [InlineData("pbm cron list --pre", "--prefix")]
    public async Task Words_come_from_the_commands(string line, string expected)
    {
        var pbm = await PbmRun.Of([$"[suggest:{line.Length}]", line]);

        Assert.Equal(expected.Split('|'), pbm.Lines);
    }

    [Fact]
    public async Task Ids_come_from_the_node()
    {
        await using var node = await StubNode.StartAsync();
        node.On("GET /api/v1/schedules", """{"items":[{"id":"reports/nightly"},{"id":"reports/weekly"}]}""");
        var line = $"pbm {node.Address} cron show rep";

        var pbm = await PbmRun.Of([$"[suggest:{line.Length}]", line]);

        Assert.Equal(["reports/nightly", "reports/weekly"], pbm.Lines);
        Assert.StartsWith("/api/v1/schedules?prefix=rep&", node.Requests.Single().Target);
    }

    [Theory]
    // The second has a colon, where bash parts words.
    [InlineData("pbm cron ex", "ex", "explain export")]
    [InlineData("pbm 127.0.0.1:1 cron exp", "exp", "explain export")]
    [InlineData("pbm cluster-sharding region", "region", "region-stats")]
    public async Task The_bash_script_completes(string line, string current, string expected)
    {
        if (!File.Exists("/bin/bash")) return;
        var script = (await PbmRun.Of(["completion", "bash"])).Out;
        var words = line.Split(' ');
        var test = $$"""
            pbm() { dotnet '{{PbmProcess.Dll}}' "$@"; }
            {{script}}
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}} COMP_WORDS=({{line}}) COMP_CWORD={{words.Length - 1}}
            _pbm_complete
            echo "${COMPREPLY[*]}"
            """;

        using var bash = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", test]) { RedirectStandardOutput = true })!;
        var answer = await bash.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(current[0], expected[0]);
        Assert.Equal(expected, answer.Trim().Replace('\n', ' '));
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Each_shell_has_a_script(string shell) =>
        Assert.Contains("[suggest:", (await PbmRun.Of(["completion", shell])).Out);
}
