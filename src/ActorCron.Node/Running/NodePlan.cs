using System.Collections.Immutable;
using ActorCron.Core.Crontabs;
using ActorCron.Hosting.Configuration;
using ActorCron.Hosting.Jobs;
using ActorCron.Hosting.Running;

namespace ActorCron.Node.Running;

/// <summary>Everything that a start needs, checked.</summary>
/// <param name="Configuration">The configuration.</param>
/// <param name="Jobs">The job types that this node executes.</param>
/// <param name="Admission">What schedules it takes.</param>
/// <param name="Crontab">The crontab to keep in step with, or null.</param>
/// <param name="CrontabPath">Its file.</param>
/// <param name="BadLines">Its lines that cannot be used: told at the start, and no reason to leave the good ones out.</param>
internal sealed record NodePlan(NodeConfiguration Configuration, BuiltInJobs Jobs, ScheduleAdmission Admission, Crontab? Crontab, string? CrontabPath, ImmutableArray<ConfigProblem> BadLines);
