using System.Diagnostics;
using ActorCron.Node.Tests.Configuration;
using ActorCron.Node.Tests.Running;

namespace ActorCron.Node.Tests.Library;

/// <summary>Every command that README.md and docs/*.md show is typed as it stands there, on a node as they describe it, and works.</summary>
public sealed class DocumentedCommandsTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(3);
    private static readonly string[] Linked = ["hocon", "docs", "src"];
    private readonly ConfigFolder _folder = new();
    private readonly Dictionary<string, RunningNode> _nodes = [];

    public Task InitializeAsync()
    {
        // As in the checkout, but what a command writes stays here.
        foreach (var name in Linked) Directory.CreateSymbolicLink(Path.Combine(_folder.Path, name), Path.Combine(Repository.Root, name));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        foreach (var node in _nodes.Values) await node.DisposeAsync();
        foreach (var name in Linked) File.Delete(Path.Combine(_folder.Path, name));
        _folder.Dispose();
    }

    [Fact]
    public async Task Every_documented_command_works_as_written()
    {
        var failed = new List<string>();
        foreach (var block in CommandBlock.All.Where(block => block.NotRun is null))
        {
            var node = await NodeAsync(block.Node);
            var (exit, said) = await TypeAsync(block.Script.Replace("127.0.0.1:9110", node.Authority, StringComparison.Ordinal), node);
            if (exit != 0) failed.Add($"{block.Name} ended with {exit}:\n{block.Script}\n{said}");
        }

        Assert.True(failed.Count == 0, string.Join("\n\n", failed));
    }

    [Fact]
    public void What_is_not_run_says_why_and_most_is_run()
    {
        var notRun = CommandBlock.All.Where(block => block.NotRun is not null).ToList();

        Assert.All(notRun, block => Assert.True(block.NotRun!.Length > 10, $"{block.Name} says why it is not run"));
        Assert.True(CommandBlock.All.Count - notRun.Count >= 7, string.Join("\n", CommandBlock.All));
    }

    [Fact]
    public void No_block_without_a_language_hides_commands()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Append(Path.Combine(Repository.Root, "README.md")))
        {
            var isOpen = false;
            foreach (var line in File.ReadLines(file).Select(line => line.Trim()))
            {
                if (line.StartsWith("```", StringComparison.Ordinal)) isOpen = !isOpen && line == "```";
                else Assert.False(isOpen && line.Split(' ') is ["pbm" or "actorcron" or "dotnet" or "curl" or "pip", _, ..] && !line.StartsWith("pbm [", StringComparison.Ordinal), $"{file}: '{line}' stands in a block that the tests do not see; mark it sh");
            }
        }
    }

    private async Task<Uri> NodeAsync(string settings)
    {
        if (!_nodes.TryGetValue(settings, out var node))
        {
            string[] args = ["--crontab", Path.Combine(Repository.Root, "hocon", "hello.crontab"), "--set", "http.port=0", "--set", $"node.data-dir={Path.Combine(_folder.Path, $"data{_nodes.Count}")}"];
            _nodes[settings] = node = new RunningNode([.. args, .. settings.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(setting => (string[])["--set", setting])]);
        }
        return await node.ReadyAsync();
    }

    private async Task<(int Exit, string Said)> TypeAsync(string script, Uri node)
    {
        var built = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string Program(string project) => Path.Combine(Repository.Root, "src", project, "bin", built, "net10.0");
        // curl tells of a refusal only when it is asked to.
        var start = new ProcessStartInfo("bash", ["-c", $"set -eo pipefail; curl() {{ command curl -sS --fail-with-body \"$@\"; }}\n{script}"])
        {
            WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        start.Environment["PATH"] = $"{Program("ActorCron.Node")}:{Program("ActorCron.Pbm")}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["PBM_HOST"] = node.Authority;
        start.Environment.Remove("PBM_TOKEN");
        using var bash = Process.Start(start)!;
        using var bound = new CancellationTokenSource(Bound);
        bash.StandardInput.Close();
        var (output, error) = (bash.StandardOutput.ReadToEndAsync(bound.Token), bash.StandardError.ReadToEndAsync(bound.Token));
        try
        {
            await bash.WaitForExitAsync(bound.Token);
            return (bash.ExitCode, await output + await error);
        }
        finally
        {
            if (!bash.HasExited) bash.Kill(entireProcessTree: true);
        }
    }
}
