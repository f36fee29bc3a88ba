using System.CommandLine;
using System.Text;
using ActorCron.Pbm;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Node.Tests.Pbm;

/// <summary>Whatever stands on the command line: an exit code of the four, and words instead of a stack trace.</summary>
public sealed class CommandLineFuzzTests : IAsyncLifetime
{
    private const int Lines = 1000;
    private const int Seed = 20261201;

    private static readonly string[] Wrong =
    [
        "", " ", "nope", "-1", "0", "1.5", "1e9", "NaN", "99999999999999999999", "-99999999999999999999", "true", "null", "yes=no", "=", "a=", "=a", "{", "{}", "[1]", "\"", "'", "{\"a\":1,\"a\":2}",
        "P20000Y", "P1Y", "PT", "P99999999999D", "-P1D", "36500d", "+36500d", "99999999d", "1d", "+10m", "now", "5", "0.0001ms", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00",
        "2026-02-30", "2026-11-24T25:00", "24:00", "\u0663", "\u202eevil", "\U0001F642", "a\tb", "a\nb", "a\0b", "..", ".", "/", "//", "a/../b", "%00", "%", "?x=1", "#", "*", "* * * * *", "@hourly",
        "http://[", "http://", "x:0", "x:99999", "[::1", "https://u:p@h/", ":", "127.0.0.1:1", "--", "-", "---", "--bogus", "-x", "-n=", "--limit=", "@/etc/passwd", "/no/such/file", "/dev/null",
        "Europe/Berlin", "Mars/Base", "../../etc/passwd", "failed", "succeeded,bogus", "shell", "table", "yaml", "timeout=", "job.params.=1", "tags=[1,2]", "cron=", "paused=2", "retry=5", "catchUp.policy=1",
    ];

    private StubNode _refusing = null!;
    private StubNode _answering = null!;

    public async Task InitializeAsync()
    {
        _refusing = await StubNode.StartAsync();
        _answering = await StubNode.StartAsync();
        _answering.Otherwise = ("""{"items":[{"id":"x","runId":"x@1","state":"succeeded","occurrence":5,"verdict":[],"paths":{}}],"members":[{"address":7}],"next":null,"notes":3,"errors":[{}],"state":"succeeded","runId":"x"}""", 200);
    }

    public async Task DisposeAsync()
    {
        await _refusing.DisposeAsync();
        await _answering.DisposeAsync();
    }

    [Fact]
    public async Task A_thousand_random_lines_end_with_0_to_3_and_never_with_a_stack_trace()
    {
        using var folder = new TempFolder();
        var random = new Random(Seed);
        var root = CommandTree.Build(new PbmContext(new PbmConsole { Out = TextWriter.Null, Error = TextWriter.Null, In = Stream.Null }));
        var commands = Below(root).ToList();
        var (bad, codes) = (new List<string>(), new SortedSet<int>());
        for (var i = 0; i < Lines; i++)
        {
            var line = Line(random, commands[random.Next(commands.Count)], folder);
            // What never ends by itself is asked of a node that refuses.
            var isEndless = line.Exists(word => word is "tail" or "--follow" or "-f" or "--wait" or "-w");
            var address = random.Next(20) == 0 ? "127.0.0.1:1" : (isEndless || random.Next(3) == 0 ? _refusing : _answering).Address;
            var pbm = await PbmRun.Of([address, .. line], Input(random), new() { ["EDITOR"] = "true" }).WaitAsync(TimeSpan.FromSeconds(60));
            codes.Add(pbm.Exit);
            var said = pbm.Out + pbm.Error;
            if (pbm.Exit is < 0 or > 3 || said.Contains("   at ", StringComparison.Ordinal) || said.Contains("an error of pbm itself", StringComparison.Ordinal))
                bad.Add($"exit {pbm.Exit}: pbm {string.Join(' ', line.Select(word => $"'{word}'"))}\n{said}");
        }

        Assert.True(bad.Count == 0, string.Join("\n\n", bad));
        Assert.Equal([ExitCode.Ok, ExitCode.Refused, ExitCode.Usage, ExitCode.NoConnection], codes);
    }

    private static List<string> Line(Random random, Command command, TempFolder folder)
    {
        var line = UsageReport.Path(command).Split(' ').Skip(1).ToList();
        if (line is ["cron", "edit"]) line.Add("x");
        // A file that is written belongs into a folder of the test's own.
        var isWriting = line is ["cron", "export"];
        if (isWriting) line.Add(Pick(random, "", "-", "/no/such/folder/x", "/proc/version", folder.File("all.ndjson")));
        else
            for (var i = command.Arguments.Count + (random.Next(8) == 0 ? 1 : 0); i > 0; i--) line.Add(random.Next(2) == 0 ? Right(command, i) : Value(random));
        var options = command.Options.Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options.Where(option => option.Recursive))).ToList();
        for (var i = random.Next(0, 3); i > 0 && options.Count > 0; i--) line.AddRange(Given(random, options[random.Next(options.Count)]));
        if (!isWriting && random.Next(10) == 0) line.Insert(random.Next(line.Count + 1), Value(random));
        return line;
    }

    private static IEnumerable<string> Given(Random random, Option option)
    {
        var name = Pick(random, [option.Name, .. option.Aliases]);
        return random.Next(4) switch { 0 => [name], 1 => [$"{name}={Value(random)}"], _ => [name, Value(random)] };
    }

    // What may stand there, so that the line comes as far as its other words.
    private static string Right(Command command, int fromTheEnd) => (command.Name, fromTheEnd) switch
    {
        ("add", 1) or ("explain", _) => "* * * * *",
        ("set", 1) => "timeout=5m",
        ("level", _) => "info",
        ("completion", _) => "bash",
        ("import", _) => "-",
        _ => "x",
    };

    private static string Value(Random random) => random.Next(60) == 0 ? new string('x', 70_000) : Pick(random, Wrong);

    private static MemoryStream Input(Random random) => new(Encoding.UTF8.GetBytes(Pick(random, "", "\n", "cron list\n", "cron nope 'x\nexit", "{\"id\":5}", "[{}]", "* * * * * x", "\0\u0001", "> \n")));

    private static string Pick(Random random, params string[] of) => of[random.Next(of.Length)];

    private static IEnumerable<Command> Below(Command command) => command.Subcommands.SelectMany(Below).Prepend(command);
}
