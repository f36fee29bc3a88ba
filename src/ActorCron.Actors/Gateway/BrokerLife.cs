using ActorCron.Actors.Brokers;

namespace ActorCron.Actors.Gateway;

/// <summary>Refuses work while the broker is away: a run that cannot reach its queue now is not accepted, so that a caller who tries again gets
/// one run, not two. All who ask at the same time share one sign of life: hundreds of triggers at once are one question to the broker.</summary>
/// <param name="broker">Whom to ask.</param>
internal sealed class BrokerLife(IRunBroker broker)
{
    private Task? _asked;

    /// <summary>Returns while the broker answers.</summary>
    /// <exception cref="UnavailableException">It does not.</exception>
    public async Task RequireAsync(CancellationToken cancellationToken)
    {
        switch (await Bound.Ping(_ => Shared(), cancellationToken))
        {
            case { Status: PartStatus.Ok }: break;
            case { Status: PartStatus.Blocked, Reason: var reason }: throw new UnavailableException($"Nothing moves through the broker: {reason}");
            case { Reason: var reason }: throw new UnavailableException($"The broker is away: {reason}");
        }
    }

    // Two who begin at the same moment may both ask: that does no harm. No caller's cancellation ends what others wait for; the broker bounds it.
    private Task Shared()
    {
        if (Volatile.Read(ref _asked) is { IsCompleted: false } underWay) return underWay;
        var asked = broker.PingAsync(CancellationToken.None);
        Volatile.Write(ref _asked, asked);
        return asked;
    }
}
