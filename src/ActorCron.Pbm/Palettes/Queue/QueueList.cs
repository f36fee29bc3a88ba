using System.Text.Json;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Queue;

/// <summary><c>pbm queue list</c>: depth, consumers, running, limits and dead letters of every queue.</summary>
internal sealed class QueueList : NodeCommand
{
    private static readonly IReadOnlyList<Column> Columns =
    [
        Column.Of("QUEUE", "queue"),
        Column.Of("DEPTH", "depth"),
        Column.Of("CONSUMERS", "consumers"),
        Column.Of("RUNNING", "running"),
        Column.Of("MAX", "maxConcurrency", rank: 2),
        Column.Of("RATE LIMIT", "rate", rank: 2),
        new("EXTERNAL", queue => queue.Flag("external") == true ? "yes" : "no", Rank: 3),
        new("PUBLISHED", queue => APerSecond(queue, "published"), Rank: 4),
        new("ACKED", queue => APerSecond(queue, "acked"), Rank: 4),
        Column.Of("DEAD", "dead"),
    ];

    public QueueList(PbmContext pbm) : base(pbm, "list", "List the queues with depth, consumers, limits and dead letters.")
    {
        Aliases.Add("ls");
        Examples = ["pbm queue list", "pbm -o json queue list | jq '.items[] | select(.depth > 1000)'"];
    }

    private static string? APerSecond(JsonElement queue, string key) => queue.Text(key) is { } rate ? $"{rate}/s" : null;

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var answer = await call.Node.GetAsync(new ApiPath("queues"), cancelled).ConfigureAwait(false);
        call.Rows(answer, Columns, answer.List("items", "queues"), "No queues.");
        return ExitCode.Ok;
    }
}
