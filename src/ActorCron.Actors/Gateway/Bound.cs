using ActorCron.Actors.Brokers;

namespace ActorCron.Actors.Gateway;

/// <summary>Ends what waits for a store or a broker within a bound.</summary>
internal static class Bound
{
    /// <summary>How long anyone may take to answer.</summary>
    public static readonly TimeSpan Answer = TimeSpan.FromSeconds(8);

    /// <summary>How long a sign of life may take.</summary>
    public static readonly TimeSpan LifeSign = TimeSpan.FromSeconds(2);

    /// <summary>The outcome of <paramref name="work"/>.</summary>
    /// <exception cref="UnavailableException">It failed or took too long.</exception>
    public static async Task<T> On<T>(Task<T> work, string who, TimeSpan? timeout = null)
    {
        try
        {
            return await work.WaitAsync(timeout ?? Answer);
        }
        catch (Exception cause)
            when (cause is not (FormatException or ArgumentException or OperationCanceledException or UnavailableException))
        {
            throw new UnavailableException($"{who} does not answer.", cause);
        }
    }

    /// <summary>How a part does that should give a sign of life.</summary>
    public static async Task<PartHealth> Ping(Func<CancellationToken, Task> ping, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(LifeSign);
        try
        {
            await ping(bound.Token).WaitAsync(LifeSign, cancellationToken);
            return PartHealth.Ok;
        }
        catch (BrokerBlockedException blocked)
        {
            return new PartHealth(PartStatus.Blocked, blocked.Message);
        }
        catch (Exception cause) when (!cancellationToken.IsCancellationRequested)
        {
            // Messages may name hosts and users: what kind of error it is will do for whoever is not allowed more.
            var why = cause is OperationCanceledException or TimeoutException ? $"no answer within {LifeSign.TotalSeconds:0} s" : cause.GetType().Name;
            return new PartHealth(PartStatus.Away, why);
        }
    }
}
