using System.CommandLine;
using System.Globalization;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Queue;

/// <summary><c>pbm queue dead</c>: the dead letters, each with its reason.</summary>
internal sealed class QueueDead : NodeCommand
{
    private static readonly IReadOnlyList<Column> Columns =
    [
        Column.Of("#", "position", rank: 1),
        Column.Of("MESSAGE", "messageId"),
        Column.Of("QUEUE", "queue", rank: 2),
        new("REASON", letter => letter.Text("reason"), ColumnKind.Prose),
        new("BODY", letter => letter.Text("body") is { } body ? body.Length > 200 ? $"{body[..199]}…" : body : null, ColumnKind.Remark, Rank: 3),
    ];

    private readonly Option<int?> _limit;

    public QueueDead(PbmContext pbm) : base(pbm, "dead", "List the dead letters, each with its reason.")
    {
        _limit = Takes(NumberOption.Create(["--limit", "-n"], "At most so many.", 1, 1000, 100));
        Examples = ["pbm queue dead --limit 10", "pbm -o json queue dead | jq -r '.items[].reason' | sort | uniq -c"];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var answer = await call.Node.GetAsync(new ApiPath("queues/dead").With("limit", call.Value(_limit)), cancelled).ConfigureAwait(false);
        var letters = answer.List("items").ToList();
        call.Rows(answer, Columns, letters, "No dead letters.");
        if (!call.IsJson && long.TryParse(answer.Text("total"), CultureInfo.InvariantCulture, out var total) && total > letters.Count)
            await call.Console.Error.WriteLineAsync($"The oldest {letters.Count} of {total}.").ConfigureAwait(false);
        return ExitCode.Ok;
    }
}
