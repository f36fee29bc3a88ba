using ActorCron.Core.Machines;

namespace ActorCron.Core.Limits;

/// <summary>Deals the permits of limited queues to the workers of the cluster; lives beside the scheduler. It is told <see cref="WorkersAre"/> and
/// <see cref="Messages.AskPermits"/>.</summary>
public sealed class Limiter : IMachine<NoEvent>
{
    /// <param name="epoch">Of the scheduler that it belongs to.</param>
    /// <param name="limits">By queue.</param>
    public Limiter(long epoch, IReadOnlyDictionary<string, QueueLimit> limits) => (_, _) = (epoch, limits);

    /// <inheritdoc/>
    public void Step(object message, Address from, Moment now, Decision<NoEvent> into) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Apply(NoEvent stored)
    {
    }
}
