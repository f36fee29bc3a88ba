using System.CommandLine;
using ActorCron.Pbm;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Node.Tests.Pbm;

public sealed class HelpTests
{
    public static TheoryData<string> Commands()
    {
        var root = CommandTree.Build(new PbmContext(new PbmConsole { Out = TextWriter.Null, Error = TextWriter.Null, In = Stream.Null }));
        return [.. Below(root).Select(UsageReport.Path).Select(path => path["pbm".Length..].Trim())];
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_shows_names_and_asks_no_node_for_what_it_has(string command)
    {
        await using var node = await StubNode.StartAsync();
        node.On("GET /api/v1/schedules", """{"items":[{"id":"live-schedule"}]}""").On("GET /api/v1/runs", """{"items":[{"runId":"live-run"}]}""")
            .On("GET /api/v1/queues", """{"items":[{"queue":"live-queue"}]}""").On("GET /api/v1/cluster", """{"members":[{"address":"live-node"}]}""");

        var help = await PbmRun.Of([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"], environment: new() { ["PBM_HOST"] = node.Address });

        Assert.Equal((ExitCode.Ok, ""), (help.Exit, help.Error));
        Assert.DoesNotContain("live-", help.Out, StringComparison.Ordinal);
        Assert.Empty(node.Requests);
    }

    [Theory]
    [InlineData("cron pause", " cron pause <ID>")]
    [InlineData("run show", " run show <RUNID>")]
    [InlineData("queue purge", " queue purge <QUEUE>")]
    public async Task The_usage_line_has_the_name_of_the_argument(string command, string usage)
    {
        var help = await PbmRun.Of([.. command.Split(' '), "--help"]);

        Assert.Contains(usage, help.Out, StringComparison.Ordinal);
    }

    private static IEnumerable<Command> Below(Command command) => command.Subcommands.SelectMany(Below).Prepend(command);
}
