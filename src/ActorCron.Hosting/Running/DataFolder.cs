namespace ActorCron.Hosting.Running;

/// <summary>The folder of the embedded store, held by one node at a time.</summary>
public sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(FileStream held) => _lock = held;

    /// <summary>Makes the folder where needed and takes it for this process; a dead process holds nothing.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="problem">Why it cannot be used, in one line.</param>
    public static DataFolder? TryTake(string path, out string? problem)
    {
        problem = null;
        var file = Path.Combine(path, "actorcron.lock");
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"the data folder {path} cannot be made: {e.Message}";
            return null;
        }
        try
        {
            return new DataFolder(new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException)
        {
            problem = $"the data folder {path} cannot be written by this account; see actorcron.node.data-dir";
        }
        catch (IOException e)
        {
            // .NET tells a held lock from other faults by its text alone.
            problem = e.Message.Contains("being used by another process", StringComparison.Ordinal)
                ? $"another node uses the data folder {path}; give this one its own with --set node.data-dir=FOLDER, or use a shared store"
                : $"the data folder {path} cannot be used: {e.Message}";
        }
        return null;
    }

    public void Dispose() => _lock.Dispose();
}
