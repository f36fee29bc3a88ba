namespace ActorCron.Core.Machines;

/// <summary>The events of a machine that stores nothing.</summary>
public sealed record NoEvent
{
    private NoEvent() { }
}
