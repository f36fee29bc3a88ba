using System.Text;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary>What a file to import is: told, or seen from its name, or from its first bytes.</summary>
internal static class ImportFormat
{
    public const string Ndjson = "ndjson";
    public const string Crontab = "crontab";

    public static string ContentType(string format) => format == Ndjson ? "application/x-ndjson" : "text/plain";

    /// <summary>The format that the name tells, or null.</summary>
    public static string? OfName(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".NDJSON" or ".JSONL" => Ndjson,
        ".CRONTAB" or ".CRON" or ".TAB" => Crontab,
        _ => Path.GetFileName(path).Equals("crontab", StringComparison.OrdinalIgnoreCase) ? Crontab : null,
    };

    /// <summary>The format that the content tells: no crontab line begins with a brace, every schedule does.</summary>
    /// <exception cref="UsageException">It is an array or something else that neither format begins with.</exception>
    public static string OfContent(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith(Encoding.UTF8.Preamble)) start = start[Encoding.UTF8.Preamble.Length..];
        var trimmed = start.TrimStart(" \t\r\n"u8);
        if (trimmed.StartsWith("["u8)) throw new UsageException("the file is a JSON array; give one schedule a line (jq -c '.[]')");
        return trimmed.StartsWith("{"u8) ? Ndjson : Crontab;
    }
}
