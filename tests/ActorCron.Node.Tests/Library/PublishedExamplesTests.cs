using System.Diagnostics;
using System.Text.RegularExpressions;
using ActorCron.Node.Tests.Api;
using ActorCron.Node.Tests.Configuration;

namespace ActorCron.Node.Tests.Library;

/// <summary>What the documents show is what compiles and runs.</summary>
public sealed partial class PublishedExamplesTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private readonly ConfigFolder _folder = new();

    private static string Examples => Path.Combine(Repository.Root, "docs", "examples", "library");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_librarys_page_shows_the_program_that_is_compiled()
    {
        var programs = Directory.GetFiles(Examples, "*.cs").Select(file => Lines(File.ReadAllText(file))).ToList();

        var shown = Code().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "library.md"))).Select(block => Lines(block.Groups["code"].Value)).ToList();

        Assert.Equal(2, shown.Count);
        Assert.All(shown, block => Assert.Contains(programs, program => program.Contains(block, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_librarys_program_starts_and_stops_when_asked()
    {
        var configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Debug{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Debug" : "Release";
        var start = new ProcessStartInfo("dotnet", [Path.Combine(Examples, "bin", configuration, "net10.0", "LibraryExample.dll")]) { WorkingDirectory = _folder.Path, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        using var bound = new CancellationTokenSource(Bound);
        try
        {
            var seen = new List<string>();
            while (!seen.Any(line => line.Contains("Application started", StringComparison.Ordinal)))
                seen.Add(await process.StandardOutput.ReadLineAsync(bound.Token) ?? throw new InvalidOperationException(string.Join('\n', seen)));
            var rest = process.StandardOutput.ReadToEndAsync(bound.Token);

            using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"])) await kill.WaitForExitAsync(bound.Token);

            await process.WaitForExitAsync(bound.Token);
            Assert.True(process.ExitCode == 0, string.Join('\n', seen) + await rest);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    [Fact]
    public async Task The_first_schedule_of_the_readme_is_accepted()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"));
        var call = Put().Match(readme);
        Assert.True(call.Success, "the README shows a PUT");
        await using var server = await ApiServer.StartAsync();

        var answer = await server.SendAsync("PUT", call.Groups["path"].Value, call.Groups["body"].Value);

        Assert.Equal(201, (int)answer.Status);
    }

    [Fact]
    public async Task The_first_command_of_the_readme_finds_its_crontab_from_where_it_is_typed()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"));
        var command = Run().Match(readme);
        Assert.True(command.Success, "the README shows a dotnet run");
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var start = new ProcessStartInfo("dotnet", ["run", "--no-build", "-c", configuration, .. command.Groups["rest"].Value.Split(' '), "--check"])
        {
            WorkingDirectory = Repository.Root, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var (output, error) = (process.StandardOutput.ReadToEndAsync(bound.Token), process.StandardError.ReadToEndAsync(bound.Token));
        await process.WaitForExitAsync(bound.Token);

        Assert.True(process.ExitCode == 0, await output + await error);
        Assert.Contains("crontab are right (3 entries)", await output);
    }

    // Indentation is the page's own.
    private static string Lines(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex("dotnet run -c Release (?<rest>--project src/ActorCron\\.Node -- --crontab \\S+)\n")]
    private static partial Regex Run();

    [GeneratedRegex("curl -X PUT http://127\\.0\\.0\\.1:9110(?<path>/\\S+) [^{]*-d '(?<body>.*?)'\n", RegexOptions.Singleline)]
    private static partial Regex Put();
}
