namespace ActorCron.Core.Machines;

/// <summary>One timer of a machine: knows when it is to ring, so that a <see cref="Due"/> which comes early, late, twice or after it was
/// put off does no harm.</summary>
/// <param name="name">The timer's name.</param>
public sealed class Alarm(string name)
{
    /// <summary>When it rings, elapsed time; null when it is off.</summary>
    public TimeSpan? At { get; private set; }

    /// <summary>Has it ring at that time, unless it rings earlier already.</summary>
    public void SetBy<TEvent>(TimeSpan at, TimeSpan now, Decision<TEvent> into)
    {
        if (At <= at) return;
        At = at;
        into.Arm(name, at - now);
    }

    /// <summary>Takes it for off, whatever was armed: for a machine that looks at what is due on every message and sets it anew.</summary>
    public void Forget() => At = null;

    /// <summary>A <see cref="Due"/> of its name has come: whether it rings. It is off then.</summary>
    public bool Rings<TEvent>(TimeSpan now, Decision<TEvent> into)
    {
        if (At is not { } at) return false;
        if (at > now)
        {
            into.Arm(name, at - now);
            return false;
        }
        At = null;
        return true;
    }
}
