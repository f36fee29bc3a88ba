using ActorCron.Hosting.Configuration;

namespace ActorCron.Benchmarks;

/// <summary>A folder that is gone afterwards, and the configuration of a node in it.</summary>
internal static class ScratchNode
{
    /// <summary>Gives the measurement's exit code; 2 where the settings (<c>KEY=VALUE</c> among the arguments) are wrong.</summary>
    public static async Task<int> WithAsync(string[] args, Func<NodeConfiguration, string, Task<int>> measure)
    {
        var folder = Directory.CreateTempSubdirectory("actorcron-bench-");
        try
        {
            var settings = args.Where(argument => argument.Contains('=')).Append($"actorcron.node.data-dir={folder.FullName}");
            if (NodeConfigLoader.TryLoad(new NodeConfigSources { Settings = [.. settings] }, out var configuration, out var problems))
                return await measure(configuration, folder.FullName);
            foreach (var problem in problems) Console.Error.WriteLine(problem);
            return 2;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
