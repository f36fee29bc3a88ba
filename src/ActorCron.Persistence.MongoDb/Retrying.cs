namespace ActorCron.Persistence.MongoDb;

/// <summary>Tries a call again while its failures are transient, up to the call time-out.</summary>
internal sealed class Retrying(OutageLog outage, string where, TimeSpan callTimeout, TimeProvider clock)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    public TimeSpan CallTimeout => callTimeout;

    /// <summary>What went wrong last, while the server is away.</summary>
    public Exception? LastFailure => outage.LastCause;

    /// <exception cref="TimeoutException">Still failing when the call time-out was over; the inner exception is the last failure.</exception>
    public async Task<T> RunAsync<T>(string what, Func<CancellationToken, Task<T>> call, CancellationToken cancelled)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        deadline.CancelAfter(callTimeout);
        Exception? last = null;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var result = await call(deadline.Token);
                outage.Succeeded();
                return result;
            }
            catch (Exception e) when (TransientErrors.IsTransient(e) && !deadline.IsCancellationRequested)
            {
                outage.Failed(what, last = e);
            }
            catch (Exception e) when (deadline.IsCancellationRequested && (e is OperationCanceledException || TransientErrors.IsTransient(e)))
            {
                throw GivenUp(what, last ?? e, cancelled);
            }

            if (!await PauseAsync(attempt, deadline.Token))
                throw GivenUp(what, last, cancelled);
        }
    }

    public Task RunAsync(string what, Func<CancellationToken, Task> call, CancellationToken cancelled) =>
        RunAsync(what, async token =>
        {
            await call(token);
            return true;
        }, cancelled);

    /// <summary>Waits longer each time, with jitter; false when the wait was cut short by the deadline.</summary>
    public async Task<bool> PauseAsync(int attempt, CancellationToken deadline)
    {
        var pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(attempt, 10)));
        await Task.Delay(pause * (0.5 + Random.Shared.NextDouble() / 2), clock, deadline)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !deadline.IsCancellationRequested;
    }

    public void Succeeded() => outage.Succeeded();

    public void Failed(string what, Exception cause) => outage.Failed(what, cause);

    public Exception GivenUp(string what, Exception? last, CancellationToken cancelled) =>
        cancelled.IsCancellationRequested && last is null or OperationCanceledException
            ? new OperationCanceledException($"MongoDB at {where}: {what} was cancelled.", last, cancelled)
            : new TimeoutException(
                $"MongoDB at {where}: {what} did not succeed within {callTimeout.TotalSeconds:0.###} s. " +
                (last is null or OperationCanceledException ? "The server did not answer." : TransientErrors.Describe(last)), last);
}
