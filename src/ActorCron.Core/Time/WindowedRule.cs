namespace ActorCron.Core.Time;

/// <summary>Another rule between a start and an end, both inclusive. Apart, so that the many rules without a window can be shared.</summary>
internal sealed class WindowedRule(TimeRule rule, DateTimeOffset? start, DateTimeOffset? end) : TimeRule
{
    public TimeRule Rule => rule;
    public DateTimeOffset? Start => start;
    public DateTimeOffset? End => end;

    public override bool HasSeconds => rule.HasSeconds;

    public override DateTimeOffset? Once => rule.Once;

    public override DateTimeOffset? Next(DateTimeOffset after)
    {
        // Occurrences are whole seconds, hence a tick before the start excludes nothing that lies on it.
        if (start is { } from && after < from && from.UtcTicks > 0) after = from.AddTicks(-1);
        return rule.Next(after) is { } next && !(next > end) ? next : null;
    }
}
