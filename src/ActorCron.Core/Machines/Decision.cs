namespace ActorCron.Core.Machines;

/// <summary>What a machine answers to one message. The shell keeps one, clears it before each message and carries it out after.</summary>
/// <remarks>The one rule of 'store, then tell' stands here: <see cref="Effects"/> leave in order, once <see cref="Events"/> and all
/// earlier ones are stored; <see cref="AtOnce"/> leaves without waiting and is only for what promises nothing: a timer, a question.</remarks>
/// <typeparam name="TEvent">The events that the machine stores; a machine that stores none leaves them empty.</typeparam>
public sealed class Decision<TEvent>
{
    /// <summary>To be stored, in order. The machine has applied them already.</summary>
    public List<TEvent> Events { get; } = [];

    /// <summary>To be carried out in order, after everything decided so far is stored.</summary>
    public List<Effect> Effects { get; } = [];

    /// <summary>To be carried out at once.</summary>
    public List<Effect> AtOnce { get; } = [];

    /// <summary>Whether an entry must be written although nothing happened: only the owner may say it, and one that has been
    /// replaced finds its number in the journal taken.</summary>
    public bool MustWrite { get; set; }

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => Events.Count == 0 && Effects.Count == 0 && AtOnce.Count == 0 && !MustWrite;

    /// <summary>Tell someone, after the store.</summary>
    public void Tell(Address to, object message)
    {
        if (to.IsSomebody) Effects.Add(new Effect.Send(to, message));
    }

    /// <summary>Wake the machine later; promises nothing, so it is armed at once.</summary>
    public void Arm(string timer, TimeSpan after) => AtOnce.Add(new Effect.Arm(timer, after > TimeSpan.Zero ? after : TimeSpan.Zero));

    /// <summary>A line for the log.</summary>
    public void Log(Importance level, string text) => AtOnce.Add(new Effect.Log(level, text));

    /// <summary>Empties it for the next message.</summary>
    public void Clear()
    {
        Events.Clear();
        Effects.Clear();
        AtOnce.Clear();
        MustWrite = false;
    }
}
