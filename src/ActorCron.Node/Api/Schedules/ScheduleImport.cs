using System.Buffers;
using ActorCron.Actors.Gateway;
using ActorCron.Core.Documents;
using ActorCron.Core.Schedules;
using ActorCron.Node.Api.Http;
using ActorCron.Node.Importing;
using Microsoft.AspNetCore.Http.Features;

namespace ActorCron.Node.Api.Schedules;

/// <summary>Takes schedules as a stream, a JSON document a line, in bounded memory; or a crontab.</summary>
internal sealed class ScheduleImport(ApiContext api, CrontabImport crontab)
{
    private readonly SemaphoreSlim _places = new(4);

    public IEnumerable<ApiRoute> Routes => [new("POST", "/api/v1/schedules/import", (context, _) => ImportAsync(context))];

    private async Task ImportAsync(HttpContext context)
    {
        var type = RequestBody.MediaType(context.Request);
        if (type is not ("application/x-ndjson" or "application/ndjson" or "application/jsonl" or "application/x-jsonlines" or "text/plain"))
            throw new ApiProblem(StatusCodes.Status415UnsupportedMediaType, "Send schedules one a line with Content-Type: application/x-ndjson, or a crontab with text/plain.", "Content-Type");
        if (!await _places.WaitAsync(0))
            throw new ApiProblem(StatusCodes.Status429TooManyRequests, "Four imports are in progress on this node already.") { RetryAfter = TimeSpan.FromSeconds(5) };
        try
        {
            if (type == "text/plain") await crontab.ImportAsync(context);
            else await ImportLinesAsync(context);
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task ImportLinesAsync(HttpContext context)
    {
        var dryRun = QueryValues.Of(context, "dryRun").Bool("dryRun") ?? false;
        // The stream is endless by design; each line has its own bound.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;

        var tally = new ImportTally();
        try
        {
            var batches = new ImportBatches(api.Gateway, tally, dryRun, context.RequestAborted);
            var lines = new LineReader(context.Request.BodyReader, ScheduleDocument.MaxBytes);
            var ids = new ImportedIds();
            await lines.ReadAsync((line, text, isWhole) => isWhole ? TakeAsync(batches, tally, ids, line, text) : Refuse(tally, line), context.RequestAborted);
            await batches.EndAsync();
        }
        catch (UnavailableException away)
        {
            throw new ApiProblem(StatusCodes.Status503ServiceUnavailable, $"{away.Message} What is counted here is stored; the rest is not: send it all again, what is stored counts as unchanged.") { RetryAfter = away.RetryAfter, Counts = tally.Counts };
        }
        await JsonAnswer.OkAsync(context, json => tally.Write(json, dryRun));
    }

    private ValueTask TakeAsync(ImportBatches batches, ImportTally tally, ImportedIds ids, int line, ReadOnlySequence<byte> text)
    {
        if (Parse(tally, line, text) is not { } schedule) return ValueTask.CompletedTask;
        if (ids.Problem(schedule.Id, line) is not { } again) return batches.AddAsync(line, schedule, text.Length);
        tally.Fail(line, again);
        return ValueTask.CompletedTask;
    }

    private Schedule? Parse(ImportTally tally, int line, ReadOnlySequence<byte> text)
    {
        byte[]? rented = null;
        try
        {
            var span = text.IsSingleSegment ? text.FirstSpan : Copy(text, out rented);
            if (span.IndexOfAnyExcept(" \t\r"u8) < 0) return null;
            if (!ScheduleDocument.TryParse(span, api.Defaults, null, out var schedule, out var problems)) tally.Fail(line, string.Join("; ", problems.Take(5)));
            else if (api.Admission.Check(schedule) is { } refused) tally.Fail(line, refused.ToString());
            else return schedule;
            return null;
        }
        finally
        {
            if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static ReadOnlySpan<byte> Copy(ReadOnlySequence<byte> text, out byte[] rented)
    {
        rented = ArrayPool<byte>.Shared.Rent((int)text.Length);
        text.CopyTo(rented);
        return rented.AsSpan(0, (int)text.Length);
    }

    private static ValueTask Refuse(ImportTally tally, int line)
    {
        tally.Fail(line, "body: the line is longer than 256 KiB");
        return ValueTask.CompletedTask;
    }
}
