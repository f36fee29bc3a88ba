using System.CommandLine;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Queue;

/// <summary><c>pbm queue requeue MESSAGEID|--all</c>: gives dead letters back to the queue that they came from.</summary>
internal sealed class QueueRequeue : NodeCommand
{
    private readonly Argument<string?> _message;
    private readonly Option<bool> _all;

    public QueueRequeue(PbmContext pbm) : base(pbm, "requeue", "Give a dead letter, or all, back to the queue that it came from.")
    {
        _message = Takes(new Argument<string?>("MESSAGE") { Arity = ArgumentArity.ZeroOrOne, Description = "The message's id, as 'queue dead' shows it." });
        _all = Takes(new Option<bool>("--all") { Description = "All of them." });
        Examples = ["pbm queue requeue reports/nightly@2026-11-24T01:15Z", "pbm queue requeue --all"];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var (message, all) = (call.Value(_message), call.Value(_all));
        if ((message is null) != all) throw new UsageException("give the message's id or --all, one of the two");
        var body = JsonText.Object(json =>
        {
            if (all) json.WriteBoolean("all", true);
            else json.WriteString("messageId", message);
        });
        var answer = await call.Node.PostAsync(new ApiPath("queues/dead/requeue"), body, cancelled).ConfigureAwait(false);
        call.Done(answer, answer.Text("requeued", "count") is { } count ? $"requeued {count}" : $"requeued {message ?? "all dead letters"}");
        return ExitCode.Ok;
    }
}
