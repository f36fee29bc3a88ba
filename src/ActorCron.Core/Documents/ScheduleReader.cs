using System.Collections.Immutable;
using ActorCron.Core.Batches;
using ActorCron.Core.Jobs;
using ActorCron.Core.Json;
using ActorCron.Core.Schedules;
using ActorCron.Core.Text;
using ActorCron.Core.Time;

namespace ActorCron.Core.Documents;

/// <summary>Reads the fields of a schedule document. Bounds that the contract leaves open stand here.</summary>
internal static class ScheduleReader
{
    private const int MaxDescription = 1000;
    private const int MaxTags = 50;
    private const int MaxPriority = 1000;
    private const int MaxAttempts = 1000;
    private const int MaxFactor = 100;
    private static readonly TimeSpan MaxWindow = TimeSpan.FromDays(366);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromDays(30);
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromDays(30);
    private static readonly TimeSpan MaxJitter = TimeSpan.FromDays(1);
    private static readonly TimeSpan MaxEvery = TimeSpan.FromDays(36600);

    private static readonly FieldNames Root = new(
        "id", "user", "description", "tags", "cron", "minute", "hour", "day", "month", "dayOfWeek", "every", "at", "timeZone", "job", "queue", "priority",
        "catchUp", "overlap", "execution", "retry", "timeout", "startAt", "endAt", "jitter", "paused", "dst", "revision", "createdAt", "updatedAt", "nextFire");
    private static readonly FieldNames CatchUpFields = new("policy", "window");
    private static readonly FieldNames RetryFields = new("maxAttempts", "delay", "factor", "maxDelay");
    private static readonly FieldNames DstFields = new("gap", "overlap");

    public static Schedule? Read(ref JsonFields json, ScheduleDefaults defaults, string? routeId)
    {
        if (!json.IsObject(FieldProblem.Body)) return null;
        var draft = new ScheduleDraft(defaults);
        var seen = 0UL;
        while (json.Next(Root, "", ref seen, out var name))
        {
            if (!ReadRule(ref json, draft, name) && !ReadIdentity(ref json, draft, name)) ReadPolicy(ref json, draft, name);
        }
        return draft.Finish(ref json, routeId, hasJob: (seen & (1UL << Root.IndexOf("job"))) != 0);
    }

    // A null rule counts as left out, so that a client may write all of them and fill in one.
    private static bool ReadRule(ref JsonFields json, ScheduleDraft draft, string name)
    {
        switch (name)
        {
            case "cron" or "every" or "at" or "minute" or "hour" or "day" or "month" or "dayOfWeek" or "startAt" or "endAt" when json.IsNull:
                break;
            case "cron":
                draft.Named(name);
                draft.Cron = json.Text(name, "a cron rule as text, such as \"15 2 * * mon-fri\"");
                break;
            case "every":
                draft.Named(name);
                draft.Every = json.Duration(name, TimeSpan.FromSeconds(1), MaxEvery);
                break;
            case "at":
                draft.Named(name);
                draft.At = json.Instant(name);
                break;
            case "minute": draft.SetField(name, FieldText(ref json, name, 0, 59), (f, v) => f with { Minute = v }); break;
            case "hour": draft.SetField(name, FieldText(ref json, name, 0, 23), (f, v) => f with { Hour = v }); break;
            case "day": draft.SetField(name, FieldText(ref json, name, 1, 31), (f, v) => f with { Day = v }); break;
            case "month": draft.SetField(name, FieldText(ref json, name, 1, 12), (f, v) => f with { Month = v }); break;
            case "dayOfWeek": draft.SetField(name, FieldText(ref json, name, 0, 7), (f, v) => f with { DayOfWeek = v }); break;
            case "startAt": draft.StartAt = json.Instant(name); break;
            case "endAt": draft.EndAt = json.Instant(name); break;
            case "timeZone": draft.TimeZone = json.Text(name, "an IANA time zone as text, such as \"Europe/Berlin\"") ?? draft.TimeZone; break;
            case "dst": ReadDst(ref json, draft); break;
            default: return false;
        }
        return true;
    }

    private static string? FieldText(ref JsonFields json, string name, int min, int max)
    {
        if (!json.IsNumber) return json.Text(name, "a whole number or text, such as 5 or \"*/15\"");
        return json.Whole(name, min, max) is { } number ? number.ToString(System.Globalization.CultureInfo.InvariantCulture) : null;
    }

    private static bool ReadIdentity(ref JsonFields json, ScheduleDraft draft, string name)
    {
        switch (name)
        {
            case "id":
                draft.Id = json.Text(name, "text");
                draft.IdGiven = true;
                if (draft.Id is not null) json.Report(NameSyntax.ScheduleId(name, draft.Id));
                break;
            case "user":
                draft.User = json.Text(name, "text") ?? draft.User;
                json.Report(NameSyntax.Label(name, draft.User));
                break;
            case "description":
                draft.Description = json.Text(name, "text") ?? draft.Description;
                json.Report(NameSyntax.Length(name, draft.Description, 0, MaxDescription) ?? NameSyntax.Printable(name, draft.Description, "\t\r\n"));
                break;
            case "tags": ReadTags(ref json, draft); break;
            case "job":
                draft.Job = JobReader.Read(ref json, name);
                if (draft.Job is { Type: BatchJob.Type } batch) BatchJob.Check(batch, "job.params", ref json);
                break;
            case "queue":
                draft.Queue = json.Text(name, "text") ?? draft.Queue;
                json.Report(NameSyntax.QueueName(name, draft.Queue));
                break;
            case "revision" or "createdAt" or "updatedAt" or "nextFire": json.Skip(); break;
            default: return false;
        }
        return true;
    }

    private static void ReadPolicy(ref JsonFields json, ScheduleDraft draft, string name)
    {
        switch (name)
        {
            case "priority": draft.Priority = (int)(json.Integer(name, -MaxPriority, MaxPriority) ?? 0); break;
            case "catchUp": ReadCatchUp(ref json, draft); break;
            case "overlap": draft.Overlap = json.Name(name, PolicyNames.Overlap) ?? draft.Overlap; break;
            case "execution": draft.Execution = json.Name(name, PolicyNames.Execution) ?? draft.Execution; break;
            case "retry": ReadRetry(ref json, draft); break;
            case "timeout": draft.Timeout = json.Duration(name, TimeSpan.FromSeconds(1), MaxTimeout) ?? draft.Timeout; break;
            case "jitter": draft.Jitter = json.Duration(name, TimeSpan.Zero, MaxJitter) ?? draft.Jitter; break;
            case "paused": draft.Paused = json.Flag(name); break;
            default: throw new ArgumentOutOfRangeException(nameof(name), name, "A known field that nothing reads.");
        }
    }

    private static void ReadTags(ref JsonFields json, ScheduleDraft draft)
    {
        if (!json.IsArray("tags", "an array of texts")) return;
        var tags = ImmutableArray.CreateBuilder<string>();
        for (var count = 0; json.NextItem(); count++)
        {
            if (count == MaxTags) json.Report("tags", $"has too many items; at most {MaxTags} are allowed");
            if (count >= MaxTags)
            {
                json.Skip();
                continue;
            }
            var field = $"tags[{count}]";
            if (json.Text(field, "text") is not { } tag) continue;
            json.Report(NameSyntax.Label(field, tag) ?? (tags.Contains(tag) ? new FieldProblem(field, $"repeats \"{tag}\"") : null));
            tags.Add(tag);
        }
        draft.Tags = tags.ToImmutable();
    }

    private static void ReadCatchUp(ref JsonFields json, ScheduleDraft draft)
    {
        if (!json.IsObject("catchUp")) return;
        var seen = 0UL;
        while (json.Next(CatchUpFields, "catchUp.", ref seen, out var name))
        {
            draft.CatchUp = name switch
            {
                "policy" => draft.CatchUp with { Policy = json.Name("catchUp.policy", PolicyNames.CatchUp) ?? default },
                _ => draft.CatchUp with { Window = json.Duration("catchUp.window", TimeSpan.Zero, MaxWindow) ?? default },
            };
        }
    }

    private static void ReadRetry(ref JsonFields json, ScheduleDraft draft)
    {
        if (!json.IsObject("retry")) return;
        var (seen, longestGiven) = (0UL, false);
        while (json.Next(RetryFields, "retry.", ref seen, out var name))
        {
            longestGiven |= name == "maxDelay";
            draft.Retry = name switch
            {
                "maxAttempts" => draft.Retry with { MaxAttempts = (int)(json.Integer("retry.maxAttempts", 1, MaxAttempts) ?? 1) },
                "delay" => draft.Retry with { Delay = json.Duration("retry.delay", TimeSpan.Zero, MaxDelay) ?? default },
                "factor" => draft.Retry with { Factor = json.Number("retry.factor", 1, MaxFactor) ?? 1 },
                _ => draft.Retry with { MaxDelay = json.Duration("retry.maxDelay", TimeSpan.Zero, MaxDelay) ?? MaxDelay },
            };
        }
        if (draft.Retry.Delay <= draft.Retry.MaxDelay) return;
        // A long first delay with the built-in cap would silently wait less than it says.
        if (longestGiven) json.Report("retry.maxDelay", "must not be shorter than retry.delay");
        else draft.Retry = draft.Retry with { MaxDelay = draft.Retry.Delay };
    }

    private static void ReadDst(ref JsonFields json, ScheduleDraft draft)
    {
        if (!json.IsObject("dst")) return;
        var seen = 0UL;
        while (json.Next(DstFields, "dst.", ref seen, out var name))
        {
            draft.Dst = name switch
            {
                "gap" => draft.Dst with { Gap = json.Name("dst.gap", DstNames.Gap) ?? default },
                _ => draft.Dst with { Overlap = json.Name("dst.overlap", DstNames.Overlap) ?? default },
            };
        }
    }
}
