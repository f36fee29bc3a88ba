namespace ActorCron.Core.Time;

/// <summary>One occurrence, at a UTC instant in whole seconds.</summary>
internal sealed class InstantRule(DateTimeOffset instant) : TimeRule
{
    public DateTimeOffset Instant => instant;

    public override DateTimeOffset? Once => instant;

    public override bool HasSeconds => instant.Second != 0;

    public override DateTimeOffset? Next(DateTimeOffset after) => after < instant ? instant : null;
}
