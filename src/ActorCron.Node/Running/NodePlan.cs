using System.Collections.Immutable;
using ActorCron.Hosting.Configuration;
using ActorCron.Hosting.Jobs;
using ActorCron.Hosting.Running;
using ActorCron.Node.Importing;

namespace ActorCron.Node.Running;

/// <summary>Everything that a start needs, checked.</summary>
/// <param name="Configuration">The configuration.</param>
/// <param name="Jobs">The job types that this node executes.</param>
/// <param name="Admission">What schedules it takes.</param>
/// <param name="Crontab">The crontab to keep in step with, or null.</param>
/// <param name="SystemCrontabs">The system crontabs to keep in step with; null where none were named.</param>
/// <param name="BadLines">Its lines that cannot be used: told at the start, and no reason to leave the good ones out.</param>
internal sealed record NodePlan(NodeConfiguration Configuration, BuiltInJobs Jobs, ScheduleAdmission Admission, CrontabSource? Crontab, ImmutableArray<CrontabSource>? SystemCrontabs, ImmutableArray<ConfigProblem> BadLines)
{
    /// <summary>All of them.</summary>
    public ImmutableArray<CrontabSource> Crontabs => [.. Crontab is null ? [] : new[] { Crontab }, .. SystemCrontabs ?? []];
}
