using System.Text.Json;
using System.Text.Json.Nodes;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary>The schedule document behind <c>cron add --file</c>.</summary>
internal static class ScheduleFile
{
    private const int Largest = 256 * 1024; // the API's limit of a document

    /// <param name="path">A file, or <c>-</c> for standard input.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="cancelled">Ctrl+C.</param>
    /// <exception cref="UsageException">It cannot be read, or is not one JSON object.</exception>
    public static async Task<JsonObject> ReadAsync(string path, Stream input, CancellationToken cancelled)
    {
        var name = path == "-" ? "standard input" : path;
        try
        {
            await using var file = path == "-" ? null : File.OpenRead(path);
            var bytes = await ReadAllAsync(file ?? input, name, cancelled).ConfigureAwait(false);
            return JsonNode.Parse(bytes, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject
                ?? throw new UsageException($"--file: {name} holds no JSON object; several schedules go through 'pbm cron import'");
        }
        catch (JsonException e)
        {
            throw new UsageException($"--file: {name}, line {e.LineNumber + 1}: {e.Message.Split(" LineNumber")[0]} (a file of one schedule a line goes through 'pbm cron import')");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"--file: {e.Message}");
        }
    }

    private static async Task<byte[]> ReadAllAsync(Stream from, string name, CancellationToken cancelled)
    {
        using var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, cancelled).ConfigureAwait(false) is > 0 and var count)
        {
            read.Write(buffer, 0, count);
            if (read.Length > Largest) throw new UsageException($"--file: {name} is larger than 256 KiB, the most that one schedule may take");
        }
        return read.ToArray();
    }
}
