using ActorCron.Pbm;
using ActorCron.Pbm.Shell;

namespace ActorCron.Node.Tests.Pbm;

public sealed class ShellTests : IAsyncLifetime
{
    private StubNode _node = null!;

    public async Task InitializeAsync()
    {
        _node = await StubNode.StartAsync();
        _node.On("GET /api/v1/cluster", """{"members":[],"leader":"n1"}""");
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task Lines_of_a_script_are_carried_out_in_order_until_exit()
    {
        var pbm = await PbmRun.Of([_node.Address], "cluster leader\n\n# a comment\ncluster show\nexit\ncluster leader\n");

        Assert.Equal((ExitCode.Ok, "n1\nCount: 0 nodes\n", ""), (pbm.Exit, pbm.Out, pbm.Error));
    }

    [Fact]
    public async Task A_script_goes_on_after_an_error_and_ends_with_the_last_code()
    {
        var pbm = await PbmRun.Of([_node.Address], "cron show nothing\ncluster leadr\ncluster leader\n");
        var last = await PbmRun.Of([_node.Address], "cluster leader\ncron show 'open\n");

        Assert.Equal((ExitCode.Ok, "n1\n"), (pbm.Exit, pbm.Out));
        Assert.Contains("did you mean 'leader'", pbm.Error);
        Assert.Equal(ExitCode.Usage, last.Exit);
        Assert.Contains("the quote ' at column 11 is not closed", last.Error);
    }

    [Fact]
    public async Task Output_can_go_to_a_file()
    {
        using var folder = new TempFolder();
        var file = folder.File("a b.txt");

        var pbm = await PbmRun.Of([_node.Address], $"cluster leader > '{file}'\ncluster leader >> '{file}'\n");

        Assert.Equal(("", "n1\nn1\n"), (pbm.Out, await File.ReadAllTextAsync(file)));
    }

    [Fact]
    public async Task Options_of_the_shell_hold_for_its_commands()
    {
        var pbm = await PbmRun.Of([_node.Address, "-o", "json", "--token", "t"], "cluster show\n");

        Assert.StartsWith("{\n  \"members\": []", pbm.Out);
        Assert.All(_node.Requests, request => Assert.Equal("Bearer t", request.Headers.Authorization));
    }

    [Fact]
    public async Task Without_a_node_the_shell_does_not_open()
    {
        var address = _node.Address;
        await _node.DisposeAsync();

        Assert.Equal(ExitCode.NoConnection, (await PbmRun.Of([address], "help\n")).Exit);
    }

    [Theory]
    [InlineData("cron add x '* * * * *' --command \"echo \\\"hi\\\" 'there'\"", "cron|add|x|* * * * *|--command|echo \"hi\" 'there'")]
    [InlineData("  a\\ b  ''  # rest", "a b|")]
    [InlineData("a '>' b", "a|>|b")]
    [InlineData("a \"\\n\"", "a|\\n")]
    public void Lines_are_split_as_sh_splits_them(string line, string words) =>
        Assert.Equal(words.Split('|'), ShellLine.Parse(line).Words);

    [Theory]
    [InlineData("a >")]
    [InlineData("a > b c")]
    [InlineData("a \"b")]
    public void A_line_that_means_nothing_is_refused(string line) =>
        Assert.ThrowsAny<Exception>(() => ShellLine.Parse(line));
}
