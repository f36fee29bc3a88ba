using System.Text.RegularExpressions;
using ActorCron.Actors.Serialization;
using ActorCron.Tests.Fixtures;

namespace ActorCron.Actors.Tests;

public sealed partial class ArchitectureTests
{
    private const int LongestFile = 250;
    private const int LongestActor = 200;

    private static readonly FolderArrows Folders = new("ActorCron.Actors",
        ("Clocks", ""),
        ("Nodes", ""),
        ("Serialization", ""),
        ("Brokers", ""),
        ("RabbitMq", "Brokers"),
        ("Shells", "Clocks Nodes Serialization"),
        ("Running", "Clocks Nodes Serialization Shells"),
        ("Scheduling", "Clocks Nodes Serialization Shells Brokers"),
        ("Working", "Clocks Nodes Serialization Shells Brokers"),
        ("Gateway", "Nodes Brokers Shells"));

    [Fact]
    public void The_folders_of_the_actors_use_each_other_in_one_direction() =>
        None(Folders.Faults(typeof(ActorCronSerializer).Assembly.Location));

    [Fact]
    public void No_file_of_the_actors_is_longer_than_can_be_read_at_once() =>
        None(from file in Sources()
             let lines = File.ReadAllLines(file).Length
             where lines > LongestFile
             select $"{Path.GetFileName(file)} has {lines} lines; at most {LongestFile} are allowed");

    [Fact]
    public void No_actor_is_longer_than_a_shell_needs_to_be()
    {
        var classes = Sources().SelectMany(ClassesOf).ToList();
        var actors = classes.Where(found => found.IsActor).Select(found => found.Name).ToHashSet();

        Assert.NotEmpty(actors);
        None(from found in classes
             where actors.Contains(found.Name)
             group found.Lines by found.Name into parts
             where parts.Sum() > LongestActor
             select $"{parts.Key} has {parts.Sum()} lines; at most {LongestActor} are allowed: its rules belong into a machine");
    }

    private static void None(IEnumerable<string> faults) => Assert.True(!faults.Any(), string.Join(Environment.NewLine, faults));

    // A class at the outermost level begins and ends at the left margin.
    private static IEnumerable<(string Name, bool IsActor, int Lines)> ClassesOf(string file)
    {
        var lines = File.ReadAllLines(file);
        for (var i = 0; i < lines.Length; i++)
        {
            if (Declaration().Match(lines[i]) is not { Success: true } found) continue;
            var end = Array.FindIndex(lines, i, line => line.StartsWith('}'));
            yield return (found.Groups["name"].Value, found.Groups["base"].Value.Contains("Actor", StringComparison.Ordinal), end - i + 1);
        }
    }

    private static IEnumerable<string> Sources() => Directory.EnumerateFiles(Path.Combine(Root(), "src", "ActorCron.Actors"), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ActorCron.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException($"No ActorCron.sln above {AppContext.BaseDirectory}.");
    }

    [GeneratedRegex(@"^(?:public |internal )?(?:abstract |sealed |static |partial )*class (?<name>\w+)[^:]*(?:: (?<base>.*))?$")]
    private static partial Regex Declaration();
}
