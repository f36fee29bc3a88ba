namespace ActorCron.Core.Machines;

/// <summary>Decisions that share one journal entry: their events, and the effects that wait for them.</summary>
/// <typeparam name="TEvent">The events.</typeparam>
internal sealed class CommitGroup<TEvent>
{
    public List<TEvent> Events { get; } = [];
    public List<Effect> Effects { get; } = [];
    public int Bytes { get; private set; }

    public void Add(List<TEvent> events, int bytes)
    {
        Events.AddRange(events);
        Bytes += bytes;
    }

    public void Add(TEvent one, int bytes)
    {
        Events.Add(one);
        Bytes += bytes;
    }

    public void Add(CommitGroup<TEvent> later)
    {
        Events.AddRange(later.Events);
        Effects.AddRange(later.Effects);
        Bytes += later.Bytes;
    }
}
