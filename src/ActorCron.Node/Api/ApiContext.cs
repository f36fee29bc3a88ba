using ActorCron.Actors.Gateway;
using ActorCron.Core.Documents;
using ActorCron.Hosting.Configuration;
using ActorCron.Hosting.Jobs;
using ActorCron.Node.Logging;
using ActorCron.Node.Metrics;

namespace ActorCron.Node.Api;

/// <summary>What the calls of the API share.</summary>
public sealed class ApiContext(NodeSettings settings, NodeLink link, ScheduleAdmission admission, NodeLog log, MetricStore metrics, TimeProvider time)
{
    public NodeSettings Settings { get; } = settings;
    public NodeLink Link { get; } = link;
    public ScheduleAdmission Admission { get; } = admission;
    public NodeLog Log { get; } = log;
    public MetricStore Metrics { get; } = metrics;
    public TimeProvider Time { get; } = time;
    public ICronGateway Gateway => Link.Gateway;
    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>For the fields that a document leaves out.</summary>
    public ScheduleDefaults Defaults { get; } = new(settings.Scheduler.DefaultTimeZone, settings.Scheduler.DefaultCatchUp);
}
