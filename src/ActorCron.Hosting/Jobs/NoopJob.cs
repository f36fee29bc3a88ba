using System.Text.Json;
using ActorCron.Core.Jobs;

namespace ActorCron.Hosting.Jobs;

/// <summary>The job type <c>noop</c>: waits, then succeeds or fails as told. For trying schedules and for measuring.
/// Params: <c>sleepMs</c> (milliseconds, 0 by default) and <c>fail</c> (<c>true</c> or the error's text).</summary>
/// <param name="time">What the wait follows.</param>
public sealed class NoopJob(TimeProvider time) : IJobHandler, IJobParamsCheck
{
    public const string Type = "noop";

    public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        try
        {
            var (sleep, error) = Read(context.OwnParams, tolerant: context.Batch is not null);
            if (sleep > TimeSpan.Zero) await Task.Delay(sleep, time, cancellationToken);
            return error is null ? JobResult.Succeeded : JobResult.Failed(error);
        }
        catch (FormatException refused)
        {
            return new JobResult(refused.Message, Permanent: true);
        }
    }

    public string? Problem(string parameters)
    {
        try
        {
            Read(parameters);
            return null;
        }
        catch (FormatException refused)
        {
            return refused.Message;
        }
    }

    private static (TimeSpan Sleep, string? Error) Read(string parameters, bool tolerant = false)
    {
        using var reader = new ParamsReader(parameters, tolerant, "sleepMs", "fail");
        var sleep = TimeSpan.FromMilliseconds(reader.Number("sleepMs", 0, int.MaxValue) ?? 0);
        return (sleep, reader.Value("fail") switch
        {
            null or { ValueKind: JsonValueKind.False } => null,
            { ValueKind: JsonValueKind.True } => "fail was asked for",
            { ValueKind: JsonValueKind.String } text when text.GetString() is { Length: > 0 } message => message,
            { } other => throw ParamsReader.Refused($"params.fail must be true, false or the error's text, not {ParamsReader.Kind(other)}"),
        });
    }
}
