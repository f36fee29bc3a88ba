using System.Text.Json;
using ActorCron.Actors.Gateway;
using ActorCron.Core;
using ActorCron.Core.Documents;
using ActorCron.Core.Jobs;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Time;
using ActorCron.Hosting.Configuration;
using ActorCron.Hosting.Jobs;

namespace ActorCron.Hosting.Library;

internal sealed class CronClient(HostedNode node, NodeSettings settings, ScheduleAdmission admission, IReadOnlyCollection<string> jobTypes, TimeProvider time) : ICronClient
{
    public ICronGateway Gateway => node.Gateway;

    public Task<StoredSchedule> ScheduleAsync(string user, object? @params = null, CronValue minute = default, CronValue hour = default, CronValue day = default,
        CronValue month = default, CronValue dayOfWeek = default, string? jobType = null, string? id = null, string? timeZone = null, string? queue = null,
        Func<Schedule, Schedule>? adjust = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(user);
        var job = new JobSpec(jobType ?? OnlyJobType(), ParamsOf(@params));
        var fields = new CronFields($"{minute}", $"{hour}", $"{day}", $"{month}", $"{dayOfWeek}");
        var zone = timeZone ?? settings.Scheduler.DefaultTimeZone;
        var schedule = new Schedule
        {
            Id = id ?? DerivedId(user, job, fields, zone),
            User = user,
            Time = new TimeSpec { Fields = fields, TimeZone = zone },
            Job = job,
            Queue = queue ?? (settings.IsWorker ? settings.Worker.Queues[0] : "default"),
            CatchUp = settings.Scheduler.DefaultCatchUp,
        };
        return ScheduleAsync(adjust is null ? schedule : adjust(schedule), cancellationToken);
    }

    public async Task<StoredSchedule> ScheduleAsync(Schedule schedule, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        if (ScheduleDocument.Check(schedule) is { IsEmpty: false } problems) throw new ArgumentException(string.Join("; ", problems));
        if (admission.Check(schedule) is { } refusal) throw new ArgumentException($"{refusal}");
        var outcome = await Gateway.PutAsync(schedule, Precondition.None, cancellationToken);
        return outcome.Stored ?? throw new ArgumentException($"{outcome.Field}: {outcome.Reason}");
    }

    public Task<IReadOnlyList<StoredSchedule>> CurrentSchedulesAsync(string? user = null, CancellationToken cancellationToken = default) =>
        Gateway.DueAsync(time.GetUtcNow(), user, cancellationToken);

    public Task<Run?> TriggerAsync(string id, CancellationToken cancellationToken = default) => Gateway.TriggerAsync(new TriggerRequest(id), cancellationToken);

    public async Task<Run?> TriggerAsync(string id, object? @params, string? key = null, CancellationToken cancellationToken = default)
    {
        if (@params is null) return await Gateway.TriggerAsync(new TriggerRequest(id, Key: key), cancellationToken);
        if (await Gateway.GetAsync(id, cancellationToken) is not { } stored) return null;
        var parameters = ParamsOf(@params);
        if (admission.CheckParams(stored.Schedule, parameters) is { } refusal) throw new ArgumentException($"{refusal}");
        return await Gateway.TriggerAsync(new TriggerRequest(id, parameters, key), cancellationToken);
    }

    public async Task<bool> RemoveAsync(string id, CancellationToken cancellationToken = default) =>
        await Gateway.RemoveAsync(id, Precondition.None, cancellationToken) == RemoveOutcome.Removed;

    private string OnlyJobType() => jobTypes.Count switch
    {
        1 => jobTypes.First(),
        0 => throw new ArgumentException("jobType: must be given: the application has registered no job type of its own (AddJob)"),
        _ => throw new ArgumentException($"jobType: must be given, as the application has registered several: {string.Join(", ", jobTypes.Order(StringComparer.Ordinal))}"),
    };

    private static string ParamsOf(object? parameters)
    {
        try
        {
            // Written anew, so that spaces in a text make no other schedule.
            var json = parameters is string text ? JsonSerializer.Deserialize<JsonElement>(text) : JsonSerializer.SerializeToElement(parameters ?? new { });
            return json.ValueKind == JsonValueKind.Object ? JsonSerializer.Serialize(json) : throw new ArgumentException($"params: must be a JSON object, not {json.ValueKind}");
        }
        catch (Exception cause) when (cause is JsonException or NotSupportedException)
        {
            throw new ArgumentException($"params: cannot be written as JSON: {cause.Message}", cause);
        }
    }

    // Stored ids depend on it: it must never change.
    private static string DerivedId(string user, JobSpec job, CronFields fields, string zone) =>
        $"job/{job.Type}/{StableHash.Of(string.Join('\n', user, job.Type, job.Params, fields.ToCron(), zone)):x16}";
}
