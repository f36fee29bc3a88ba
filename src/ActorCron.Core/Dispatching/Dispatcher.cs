using ActorCron.Core.Machines;

namespace ActorCron.Core.Dispatching;

/// <summary>Has runs put on record by their shards, then hands them to the broker in a fair order with a bounded number of unconfirmed messages.
/// Begins with <see cref="Recovered"/>.</summary>
public sealed class Dispatcher : IMachine<NoEvent>
{
    /// <param name="epoch">Of the scheduler that it belongs to; the shards heed the latest.</param>
    /// <param name="settings">How it behaves.</param>
    public Dispatcher(long epoch, DispatchSettings settings) => (_, _) = (epoch, settings);

    /// <inheritdoc/>
    public void Step(object message, Address from, Moment now, Decision<NoEvent> into) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Apply(NoEvent stored)
    {
    }
}
