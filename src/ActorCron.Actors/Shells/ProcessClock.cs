using ActorCron.Core.Machines;

namespace ActorCron.Actors.Shells;

/// <summary>Reads a <see cref="Moment"/> off a <see cref="TimeProvider"/>.</summary>
internal sealed class ProcessClock(TimeProvider time)
{
    private readonly long _begin = time.GetTimestamp();

    public Moment Now => new(time.GetUtcNow(), time.GetElapsedTime(_begin));
}
