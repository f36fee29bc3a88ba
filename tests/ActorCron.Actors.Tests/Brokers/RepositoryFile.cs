namespace ActorCron.Actors.Tests.Brokers;

/// <summary>Files of the repository, wherever the tests are built to.</summary>
internal static class RepositoryFile
{
    public static string At(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ActorCron.sln"))) return Path.Combine(folder.FullName, path);
        }
        throw new InvalidOperationException($"No ActorCron.sln above {AppContext.BaseDirectory}.");
    }
}
