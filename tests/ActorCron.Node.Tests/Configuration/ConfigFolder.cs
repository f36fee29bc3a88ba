using System.Collections.Immutable;
using ActorCron.Hosting.Configuration;

namespace ActorCron.Node.Tests.Configuration;

/// <summary>A folder of configuration files that goes away with the test.</summary>
public sealed class ConfigFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("actorcron-conf-");

    public string Path => _folder.FullName;

    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    public static NodeConfiguration Load(string[]? files = null, Dictionary<string, string>? environment = null, string[]? set = null)
    {
        var loaded = NodeConfigLoader.TryLoad(Sources(files, environment, set), out var configuration, out var problems);
        Assert.True(loaded, string.Join('\n', problems));
        return configuration!;
    }

    public static ImmutableArray<string> Problems(string[]? files = null, Dictionary<string, string>? environment = null, string[]? set = null)
    {
        var loaded = NodeConfigLoader.TryLoad(Sources(files, environment, set), out _, out var problems);
        Assert.False(loaded, "The configuration was accepted.");
        return [.. problems.Select(problem => problem.ToString())];
    }

    private static NodeConfigSources Sources(string[]? files, Dictionary<string, string>? environment, string[]? set) =>
        new() { Files = [.. files ?? []], Environment = environment ?? [], Settings = [.. set ?? []] };
}
