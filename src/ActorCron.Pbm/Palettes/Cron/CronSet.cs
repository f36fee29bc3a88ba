using System.CommandLine;
using System.Text;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary><c>pbm cron set ID KEY=VALUE…</c>: changes what is named and nothing else.</summary>
internal sealed class CronSet : NodeCommand
{
    private readonly Argument<string> _id;
    private readonly Argument<string[]> _pairs;
    private readonly Option<string?> _ifMatch;

    public CronSet(PbmContext pbm) : base(pbm, "set", "Change single fields of a schedule; everything else stays as it is.")
    {
        _id = Takes(ScheduleId.Argument(pbm));
        _pairs = Takes(new Argument<string[]>("KEY=VALUE") { Arity = ArgumentArity.OneOrMore, Description = "A field as 'cron show' names it and its new value; no value or 'null' for the default." });
        _ifMatch = Takes(IfMatch.Option("Change only this version."));
        Examples =
        [
            "pbm cron set reports/nightly cron='30 2 * * mon-fri'",
            "pbm cron set reports/nightly timeout=2h retry.maxAttempts=3 tags=finance,eu",
            "pbm cron set reports/nightly job.params.command='make report'",
            "pbm cron set reports/nightly every=90s            # in the place of its cron rule",
        ];
    }

    protected override async Task<int> RunAsync(Call call, CancellationToken cancelled)
    {
        var id = call.Value(_id);
        var patch = SchedulePatch.Of(call.Value(_pairs));
        using var request = new HttpRequestMessage(HttpMethod.Patch, ApiPath.Of("schedules", id).ToString())
        {
            Content = new StringContent(patch.ToJsonString(), Encoding.UTF8, "application/merge-patch+json"),
        };
        IfMatch.AddTo(request, call.Value(_ifMatch));
        await ScheduleWritten.TellAsync(call, id, await call.Node.SendForStatusAsync(request, cancelled).ConfigureAwait(false)).ConfigureAwait(false);
        return ExitCode.Ok;
    }
}
