using ActorCron.Core.Machines;

namespace ActorCron.Core.Shards;

/// <summary>One timer of a machine that is armed for the earliest of many moments, and not again for a later one.</summary>
/// <param name="name">Of the timer.</param>
internal sealed class Alarm(string name)
{
    private TimeSpan? _for;

    /// <summary>Its <see cref="Due"/> came, early or late: it must be set again.</summary>
    public void Fired() => _for = null;

    /// <summary>Has the machine woken at a moment of elapsed time, where it is not woken before.</summary>
    public void Set(TimeSpan? at, TimeSpan elapsed, Decision<Runs.RunEvent> into)
    {
        if (at is not { } moment || _for <= moment) return;
        _for = moment;
        into.Arm(name, moment - elapsed);
    }
}
