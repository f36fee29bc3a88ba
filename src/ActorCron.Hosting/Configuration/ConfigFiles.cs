using System.Reflection;
using ActorCron.Hosting.Configuration.Hocon;

namespace ActorCron.Hosting.Configuration;

/// <summary>Reads configuration files and what they include, relative to the file that names it.</summary>
internal static class ConfigFiles
{
    /// <summary>The built-in file's name as an origin.</summary>
    public const string Reference = "the built-in reference.conf";

    private const long MaxBytes = 1 << 20;
    private const int MaxIncludes = 16;

    public static HoconObject ReadReference()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("actorcron.reference.conf")
            ?? throw new InvalidOperationException("The built-in reference.conf is missing from the assembly.");
        using var reader = new StreamReader(stream);
        return HoconReader.Read(reader.ReadToEnd(), Reference, (_, origin) => throw new HoconException("the reference includes nothing", origin));
    }

    /// <exception cref="HoconException">The file, or one that it includes, cannot be read.</exception>
    public static HoconObject Read(string path) => Read(path, new HoconOrigin(path), []);

    /// <summary>Reads a text that is no file; what it includes is relative to the working directory.</summary>
    /// <exception cref="HoconException">The text, or a file that it includes, cannot be read.</exception>
    public static HoconObject ReadText(string text, string name) => HoconReader.Read(text, name, (file, origin) => Read(file, origin, []));

    private static HoconObject Read(string path, HoconOrigin from, string[] including)
    {
        var full = Path.GetFullPath(path);
        if (including.Contains(full)) throw new HoconException($"{path} includes itself", from);
        if (including.Length >= MaxIncludes) throw new HoconException($"more than {MaxIncludes} files include one another", from);
        return HoconReader.Read(Load(full, path, from), path, (file, origin) =>
            Read(Path.Combine(Path.GetDirectoryName(path) ?? "", file), origin, [.. including, full]));
    }

    private static string Load(string full, string path, HoconOrigin from)
    {
        // A file that was named on the command line is its own origin already.
        var shown = from.Line == 0 ? "the file" : path;
        try
        {
            if (Directory.Exists(full)) throw new HoconException($"{shown} is a folder, not a file", from);
            var file = new FileInfo(full);
            if (!file.Exists) throw new HoconException($"{shown} does not exist", from);
            if (file.Length > MaxBytes) throw new HoconException($"{shown} is larger than 1 MiB", from);
            return File.ReadAllText(full, new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HoconException($"{shown} cannot be read: {e.Message}", from);
        }
        catch (System.Text.DecoderFallbackException)
        {
            throw new HoconException($"{shown} is not UTF-8 text", from);
        }
    }
}
