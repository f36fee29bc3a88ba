using System.CommandLine;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Queue;

/// <summary><c>pbm queue purge QUEUE</c>: throws away what waits in a queue. Asks first on a terminal.</summary>
internal sealed class QueuePurge : NodeCommand
{
    private readonly Argument<string> _queue;
    private readonly Option<bool> _yes;

    public QueuePurge(PbmContext pbm) : base(pbm, "purge", "Throw away the messages that wait in a queue.")
    {
        _queue = Takes(new Argument<string>("QUEUE") { HelpName = "QUEUE", Description = "The queue." });
        _queue.CompletionSources.Add(completion => ServerCompletion.Words(pbm, completion.ParseResult, new ApiPath("queues"), queue => queue.Text("queue")));
        _yes = Takes(new Option<bool>("--yes", "-y") { Description = "Do not ask. Without a terminal nothing is asked." });
        Examples = ["pbm queue purge reports"];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var queue = call.Value(_queue);
        if (!call.Value(_yes) && !await call.ConfirmAsync($"Throw away everything that waits in '{queue}'?", cancelled).ConfigureAwait(false))
        {
            await call.Console.Error.WriteLineAsync("Nothing purged.").ConfigureAwait(false);
            return ExitCode.Refused;
        }
        var answer = await call.Node.PostAsync(ApiPath.Of("queues", queue, "purge"), null, cancelled).ConfigureAwait(false);
        call.Done(answer, answer.Text("purged", "count") is { } count ? $"purged {count} from {queue}" : $"purged {queue}");
        return ExitCode.Ok;
    }
}
