using ActorCron.Core.Batches;
using ActorCron.Core.Jobs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Text;
using ActorCron.Core.Time;
using ActorCron.Hosting.Configuration;

namespace ActorCron.Hosting.Jobs;

/// <summary>Which schedules this node takes, beyond what their documents must satisfy: a job that no one executes, or whose params its handler
/// would refuse, would fail at each occurrence, so it is refused when it is written. An external queue may carry any job.</summary>
public sealed class ScheduleAdmission(NodeSettings settings, JobRegistry jobs)
{
    private const int LastYear = 9000;

    /// <summary>What speaks against it, or null.</summary>
    public FieldProblem? Check(Schedule schedule)
    {
        if (BeyondClock(schedule.Time) is { } beyond) return beyond;
        if (settings.Queue(schedule.Queue).External) return null;
        if (schedule.Job.Type != BatchJob.Type) return Check(schedule.Job, schedule.FromCrontab, "job.type", "job.params");
        if (!BatchJob.TryParse(schedule.Job, out var batch, out var wrong)) return wrong;
        return batch.Jobs().Select(part => part.Field == "job.params.map" && !batch.MapHasParams
            // The items bring the params.
            ? CheckType(part.Job.Type, schedule.FromCrontab, part.Field)
            : Check(part.Job, schedule.FromCrontab, part.Field + ".type", part.Field + ".params")).FirstOrDefault(problem => problem is not null);
    }

    /// <summary>What speaks against a run of it with these params in place of its own, or null. Those of an entry of the node's own crontab
    /// can be replaced only where anyone may run such a job.</summary>
    public FieldProblem? CheckParams(Schedule schedule, string parameters)
    {
        if (parameters == schedule.Job.Params) return null;
        var problem = Check(schedule with { Job = schedule.Job with { Params = parameters }, FromCrontab = false });
        return problem?.Field.StartsWith("job.params", StringComparison.Ordinal) == true
            ? problem with { Field = problem.Field["job.".Length..] }
            : problem is null ? null : new FieldProblem("params", $"cannot be replaced: {problem.Message}");
    }

    /// <summary>A word of warning for a queue that nobody serves, or null. Only a node without others can know.</summary>
    public string? Warning(Schedule schedule, int members) =>
        members == 1 && !settings.Queue(schedule.Queue).External && !(settings.IsWorker && settings.Worker.Queues.Contains(schedule.Queue))
            ? $"no worker serves the queue {schedule.Queue}: its runs wait until one does"
            : null;

    // Jitter and windows are added to occurrences: next to the end of what a clock can count there is no room for them.
    private static FieldProblem? BeyondClock(TimeSpec time) =>
        time.At?.Year > LastYear ? new FieldProblem("at", $"lies beyond the year {LastYear}")
        : time.StartAt?.Year > LastYear ? new FieldProblem("startAt", $"lies beyond the year {LastYear}")
        : null;

    private FieldProblem? Check(JobSpec job, bool fromCrontab, string typeField, string paramsField) =>
        CheckType(job.Type, fromCrontab, typeField) ?? (jobs.CheckParams(job) is { } problem ? new FieldProblem(paramsField, problem) : null);

    private FieldProblem? CheckType(string type, bool fromCrontab, string field) =>
        IsOff(type, fromCrontab) ? new FieldProblem(field, DisabledJob.Refusal(type))
        : jobs.Find(type) is null ? new FieldProblem(field, $"{jobs.UnknownType(type)}; a queue marked external takes any")
        : null;

    private bool IsOff(string type, bool fromCrontab) => type switch
    {
        ShellJob.Type => !settings.Jobs.Shell.Enabled && !fromCrontab,
        HttpJob.Type => !settings.Jobs.HttpEnabled,
        NoopJob.Type => !settings.Jobs.NoopEnabled,
        _ => false,
    };
}
