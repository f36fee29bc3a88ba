namespace ActorCron.Core.Machines;

/// <summary>A part of the product that decides: pure, without clock, I/O, threads or randomness. The same messages at the same times give the same
/// decisions, in production and in the simulator.</summary>
/// <typeparam name="TEvent">The events that it stores.</typeparam>
public interface IMachine<TEvent>
{
    /// <summary>Decides what a message leads to, applies the events that it decides, and adds them and the effects to <paramref name="into"/>.</summary>
    /// <param name="message">The message.</param>
    /// <param name="from">Who sent it.</param>
    /// <param name="now">The time, once a message: wall clock (UTC) and elapsed time.</param>
    /// <param name="into">Empty; receives the decision.</param>
    void Step(object message, Address from, Moment now, Decision<TEvent> into);

    /// <summary>Folds a stored event in; the only way in which state changes that must survive.</summary>
    void Apply(TEvent stored);
}
