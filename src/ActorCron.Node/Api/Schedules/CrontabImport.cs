using System.Text;
using ActorCron.Core.Crontabs;
using ActorCron.Node.Api.Http;
using ActorCron.Node.Importing;

namespace ActorCron.Node.Api.Schedules;

/// <summary>Takes a crontab in the body of a request.</summary>
internal sealed class CrontabImport(ApiContext api)
{
    private const int MaxBytes = 4 << 20;

    public async Task ImportAsync(HttpContext context)
    {
        var query = QueryValues.Of(context, "user", "prefix", "timeZone", "queue", "system", "dryRun");
        var user = query.Text("user") ?? "default";
        var options = new CrontabOptions
        {
            User = user,
            Prefix = query.Text("prefix") ?? $"{user}/",
            TimeZone = query.Text("timeZone") ?? api.Defaults.TimeZone,
            Queue = query.Text("queue") ?? "default",
            System = query.Bool("system") ?? false,
            Accounts = MachineAccounts.Read(),
            CatchUp = api.Defaults.CatchUp,
        };
        if (options.Check() is { } problem) throw ApiProblem.Bad(problem);
        var dryRun = query.Bool("dryRun") ?? false;
        var crontab = Crontab.Parse(await ReadTextAsync(context), options);

        var tally = await new CrontabSync(api.Gateway, api.Admission, dryRun).ApplyAsync(crontab, context.RequestAborted);
        await JsonAnswer.OkAsync(context, json => tally.Write(json, dryRun));
    }

    private static async Task<string> ReadTextAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context, MaxBytes, "A crontab may have 4 MiB at most.");
        // What is not UTF-8 becomes U+FFFD, which the reader refuses line by line: in a comment it harms nobody.
        return Encoding.UTF8.GetString(body.AsSpan().StartsWith("\uFEFF"u8) ? body.AsSpan(3) : body);
    }
}
