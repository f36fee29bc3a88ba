using System.CommandLine;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary><c>--if-match ETAG</c>: a write that counts only while nobody else has written.</summary>
internal static class IfMatch
{
    public static Option<string?> Option(string description)
    {
        var option = new Option<string?>("--if-match") { HelpName = "ETAG", Description = description };
        // A header that cannot be sent would be left out, and the condition with it.
        option.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => token.Value.Length == 0 || !token.Value.All(c => c is > ' ' and <= '~'))) result.AddError("--if-match: give the ETag as the node does, such as '\"7\"'");
        });
        return option;
    }

    public static void AddTo(HttpRequestMessage request, string? etag)
    {
        if (etag is not null) request.Headers.TryAddWithoutValidation("If-Match", etag);
    }
}
