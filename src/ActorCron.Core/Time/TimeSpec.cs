namespace ActorCron.Core.Time;

/// <summary>When a schedule fires, as its owner wrote it: exactly one of <see cref="Cron"/>, <see cref="Fields"/>,
/// <see cref="Every"/> and <see cref="At"/>. <see cref="TimeRule"/> is its compiled form.</summary>
public sealed record TimeSpec
{
    /// <summary>Five fields, six with leading seconds, or a macro.</summary>
    public string? Cron { get; init; }
    /// <summary>The five fields apart, as the ancestor's API had them.</summary>
    public CronFields? Fields { get; init; }
    /// <summary>A fixed interval, counted from <see cref="StartAt"/> or else from the schedule's creation.</summary>
    public TimeSpan? Every { get; init; }
    /// <summary>One occurrence at this instant.</summary>
    public DateTimeOffset? At { get; init; }
    /// <summary>An IANA zone id.</summary>
    public string TimeZone { get; init; } = "UTC";
    /// <summary>What clock changes of <see cref="TimeZone"/> do to a fixed-time rule; an interval rule takes no notice of it.</summary>
    public DstPolicy Dst { get; init; } = DstPolicy.Default;
    /// <summary>No occurrence before this instant.</summary>
    public DateTimeOffset? StartAt { get; init; }
    /// <summary>No occurrence after this instant.</summary>
    public DateTimeOffset? EndAt { get; init; }
}
