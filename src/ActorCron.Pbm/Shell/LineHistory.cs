namespace ActorCron.Pbm.Shell;

/// <summary>What was typed before, kept in a file that only its owner can read. A line with a token in it is never kept.</summary>
internal sealed class LineHistory
{
    private const int Kept = 1000;
    private readonly string? _file;
    private readonly List<string> _lines = [];

    /// <param name="file">The file, or null to remember only this session. A file that cannot be read or written is done without.</param>
    public LineHistory(string? file)
    {
        _file = file;
        if (file is null || !File.Exists(file)) return;
        Try(() =>
        {
            var lines = File.ReadAllLines(file);
            _lines.AddRange(lines.TakeLast(Kept));
            if (lines.Length > 2 * Kept) Write(FileMode.Create, _lines);
        });
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<string> Lines => _lines;

    public void Add(string line)
    {
        if (string.IsNullOrWhiteSpace(line) || (_lines.Count > 0 && _lines[^1] == line) || line.Contains("--token", StringComparison.Ordinal)) return;
        _lines.Add(line);
        if (_file is not null) Try(() => Write(FileMode.Append, [line]));
    }

    private void Write(FileMode mode, IEnumerable<string> lines)
    {
        if (Path.GetDirectoryName(_file) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(_file!, options);
        foreach (var line in lines) writer.WriteLine(line);
    }

    private static void Try(Action touchTheFile)
    {
        try
        {
            touchTheFile();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A shell without a writable home still works; it only forgets.
        }
    }
}
