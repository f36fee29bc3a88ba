using System.Collections.Immutable;
using ActorCron.Core.Jobs;
using ActorCron.Core.Json;
using ActorCron.Core.Schedules;
using ActorCron.Core.Text;
using ActorCron.Core.Time;

namespace ActorCron.Core.Documents;

/// <summary>A schedule while its document is being read: starts with the defaults, ends with the checks that look at several fields.</summary>
internal sealed class ScheduleDraft(ScheduleDefaults defaults)
{
    private readonly List<string> _rules = new(1);
    private CronFields? _fields;

    public string? Id { get; set; }
    public bool IdGiven { get; set; }
    public string User { get; set; } = "default";
    public string Description { get; set; } = "";
    public ImmutableArray<string> Tags { get; set; } = [];
    public string? Cron { get; set; }
    public TimeSpan? Every { get; set; }
    public DateTimeOffset? At { get; set; }
    public DateTimeOffset? StartAt { get; set; }
    public DateTimeOffset? EndAt { get; set; }
    public string TimeZone { get; set; } = defaults.TimeZone;
    public DstPolicy Dst { get; set; } = DstPolicy.Default;
    public JobSpec? Job { get; set; }
    public string Queue { get; set; } = "default";
    public int Priority { get; set; }
    public CatchUp CatchUp { get; set; } = defaults.CatchUp;
    public OverlapPolicy Overlap { get; set; }
    public ExecutionGuarantee Execution { get; set; }
    public RetryPolicy Retry { get; set; } = RetryPolicy.Once;
    public TimeSpan Timeout { get; set; } = TimeSpan.FromHours(1);
    public TimeSpan Jitter { get; set; }
    public bool? Paused { get; set; }

    /// <summary>Notes that the document has a rule of this kind.</summary>
    public void Named(string rule) => _rules.Add(rule);

    public void SetField(string name, string? value, Func<CronFields, string, CronFields> set)
    {
        if (_fields is null) _rules.Add(name);
        _fields = set(_fields ?? new CronFields(), value ?? "*");
    }

    /// <summary>The schedule, or null when a problem has been reported.</summary>
    public Schedule? Finish(ref JsonFields json, string? routeId, bool hasJob)
    {
        CheckId(ref json, routeId);
        if (Id is not null) json.Report(NameSyntax.ReservedId("id", Id));
        if (!hasJob) json.Report("job", "is missing: { \"type\": ..., \"params\": { ... } }");
        CheckRuleCount(ref json);
        // Only a rule whose parts were all read can be judged as a whole; the id seeds H.
        var time = new TimeSpec { Cron = Cron, Fields = _fields, Every = Every, At = At, TimeZone = TimeZone, Dst = Dst, StartAt = StartAt, EndAt = EndAt };
        if (_rules.Count == 1 && (Cron ?? _fields ?? Every ?? (object?)At) is not null
            && !TimeRule.TryCreate(time, Id ?? "", DateTimeOffset.UnixEpoch, out _, out var problem))
        {
            json.Report(problem.Field, problem.Message, problem.Position);
        }
        return json.HasProblems ? null : Build(time);
    }

    private Schedule Build(TimeSpec time) => new()
    {
        Id = Id!,
        User = User,
        Description = Description,
        Tags = Tags,
        Time = time,
        Job = Job!,
        Queue = Queue,
        Priority = Priority,
        CatchUp = CatchUp,
        Overlap = Overlap,
        Execution = Execution,
        Retry = Retry,
        Timeout = Timeout,
        Jitter = Jitter,
        Paused = Paused ?? false,
        KeepsPause = Paused is null,
    };

    private void CheckId(ref JsonFields json, string? routeId)
    {
        if (routeId is null)
        {
            if (!IdGiven) json.Report("id", "is missing");
            return;
        }
        if (!IdGiven) json.Report(NameSyntax.ScheduleId("id", routeId));
        else if (Id is not null && Id != routeId) json.Report("id", $"is \"{JsonFields.Shorten(Id)}\", but the address names \"{JsonFields.Shorten(routeId)}\"");
        Id ??= routeId;
    }

    private void CheckRuleCount(ref JsonFields json)
    {
        const string Wanted = "exactly one of cron, every, at, or the fields minute, hour, day, month, dayOfWeek";
        if (_rules.Count == 0) json.Report("cron", $"is missing: a schedule needs {Wanted}");
        if (_rules.Count > 1) json.Report(_rules[1], $"stands beside {_rules[0]}: a schedule needs {Wanted}");
    }
}
