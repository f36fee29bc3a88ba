using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace ActorCron.Cluster.Tests;

/// <summary>Imports that are nothing but noise, at a real node.</summary>
public sealed class HostileImportTests(ITestOutputHelper output)
{
    private const int Lines = 100_000;
    private const long MoreMemory = 512L << 20;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_hundred_thousand_lines_of_noise_take_bounded_time_and_memory_and_change_nothing()
    {
        using var folder = new TempFolder();
        await using var node = await NodeProcess.StartAsync(folder.Path, []);
        var before = node.PeakMemory;
        var random = new Random(7);

        await ImportAsync(node, "application/x-ndjson", Noise(random, 300, _ => (byte)random.Next(256)));
        await ImportAsync(node, "application/x-ndjson", Noise(random, 300, _ => (byte)random.Next(32, 127)));
        await ImportAsync(node, "application/x-ndjson", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, Lines / 10).Select(i =>
            $$$"""{"id":"z/{{{i}}}","cron":"* * * * *","timeZone":"{{{Word(random)}}}/{{{Word(random)}}}","job":{"type":"noop"}}""" + "\n"))));
        await ImportAsync(node, "text/plain", Noise(random, 60, _ => (byte)random.Next(32, 127)));
        await ImportAsync(node, "text/plain", Noise(random, 60, _ => (byte)random.Next(128, 256)));

        Assert.InRange(node.PeakMemory - before, 0, MoreMemory);
        Assert.Empty(JsonNode.Parse(await node.Http.GetStringAsync("api/v1/schedules"))!["items"]!.AsArray());
        Assert.Equal(HttpStatusCode.OK, (await node.Http.GetAsync("health/ready")).StatusCode);
    }

    private async Task ImportAsync(NodeProcess node, string type, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        var clock = Stopwatch.StartNew();

        using var answer = await node.Http.PostAsync("api/v1/schedules/import", content);

        var text = await answer.Content.ReadAsStringAsync();
        output.WriteLine($"{type}, {body.Length:N0} bytes: {(int)answer.StatusCode} within {clock.Elapsed.TotalSeconds:0.00} s, peak {node.PeakMemory >> 20} MiB: {text[..Math.Min(text.Length, 120)]}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(0, (int)JsonNode.Parse(text)!["created"]!);
        Assert.NotEqual(0, (int)JsonNode.Parse(text)!["failed"]!);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Bound);
    }

    // A crontab may have 4 MiB, so its lines are short.
    private static byte[] Noise(Random random, int longest, Func<int, byte> next)
    {
        using var noise = new MemoryStream();
        for (var line = 0; line < Lines; line++)
        {
            for (var left = random.Next(1, longest); left > 0; left--) noise.WriteByte(next(left) is var b && b == '\n' ? (byte)'x' : b);
            noise.WriteByte((byte)'\n');
        }
        return noise.ToArray();
    }

    private static string Word(Random random) => new([.. Enumerable.Range(0, 8).Select(_ => (char)('a' + random.Next(26)))]);
}
