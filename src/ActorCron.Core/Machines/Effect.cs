namespace ActorCron.Core.Machines;

/// <summary>Something that a machine wants done outside of it. Effects are data; the shell carries them out. What only one machine
/// asks for is declared beside that machine.</summary>
public abstract record Effect
{
    /// <summary>Send a message.</summary>
    /// <param name="To">Who gets it.</param>
    /// <param name="Message">The message.</param>
    public sealed record Send(Address To, object Message) : Effect;

    /// <summary>Send a message to the worker of a node.</summary>
    /// <param name="Node"><c>host:port</c>.</param>
    /// <param name="Message">The message.</param>
    public sealed record SendToWorker(string Node, object Message) : Effect;

    /// <summary>Wake the machine with <see cref="Due"/> once this long has passed. A timer of the same name is replaced.
    /// The wait is elapsed time: a clock that is set does not change it.</summary>
    /// <param name="Timer">Its name.</param>
    /// <param name="After">How long; not negative.</param>
    public sealed record Arm(string Timer, TimeSpan After) : Effect;

    /// <summary>Write a line to the log.</summary>
    /// <param name="Level">How much it matters.</param>
    /// <param name="Text">What happened, in a sentence.</param>
    public sealed record Log(Importance Level, string Text) : Effect;
}

/// <summary>How much a line of the log matters.</summary>
public enum Importance { Debug, Info, Warning, Error }
