using System.Globalization;

namespace ActorCron.Hosting.Configuration;

/// <summary>Cluster-wide limits of one queue.</summary>
/// <param name="External">Consumed by foreign programs: the cluster's workers leave it alone.</param>
/// <param name="MaxConcurrency">Runs executed at one time in the whole cluster; null for no limit.</param>
/// <param name="Rate">Runs started in a span of time in the whole cluster; null for no limit.</param>
public sealed record QueueSettings(bool External, int? MaxConcurrency, QueueRate? Rate)
{
    public static readonly QueueSettings Default = new(External: false, MaxConcurrency: null, Rate: null);
}

/// <summary>So many runs in such a span of time.</summary>
public sealed record QueueRate(int Count, TimeSpan Per)
{
    /// <summary>Reads <c>10/s</c>, <c>100/m</c>, <c>1000/h</c> or <c>5000/d</c>.</summary>
    public static bool TryParse(string text, out QueueRate? rate)
    {
        rate = null;
        if (text.Split('/', StringSplitOptions.TrimEntries) is not [var number, var unit]) return false;
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > 1_000_000) return false;
        TimeSpan? per = unit switch
        {
            "s" => TimeSpan.FromSeconds(1),
            "m" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            "d" => TimeSpan.FromDays(1),
            _ => null,
        };
        if (per is { } span) rate = new QueueRate(count, span);
        return rate is not null;
    }

    public override string ToString() => $"{Count}/{(Per.TotalSeconds switch { 1 => 's', 60 => 'm', 3600 => 'h', _ => 'd' })}";
}
