using ActorCron.Core.Messages;
using ActorCron.Core.Schedules;
using Akka.Actor;

namespace ActorCron.Actors.Gateway;

/// <summary>Questions to the scheduler and to the run shards, wherever they live: each ends with an answer or an
/// <see cref="UnavailableException"/>.</summary>
/// <param name="scheduler">The proxy of the scheduler.</param>
/// <param name="shards">The region of the run shards.</param>
/// <param name="time">The clock.</param>
internal sealed class ClusterQuestions(IActorRef scheduler, IActorRef shards, TimeProvider time)
{
    /// <summary>For what the scheduler answers only once the broker has confirmed it.</summary>
    public static readonly TimeSpan DispatchTimeout = TimeSpan.FromSeconds(20);

    private const int AskTries = 4;
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan SchedulerFresh = TimeSpan.FromSeconds(2);

    private long _schedulerSeen; // A timestamp of the clock; 0 lies far back.

    /// <summary>All that the catalogue knows of a schedule.</summary>
    public Task<EntryAnswer> GetEntry(string id, CancellationToken cancellationToken) =>
        AskScheduler<EntryAnswer>(new GetEntry(CatalogPartitions.Of(id), id), cancellationToken);

    /// <summary>Asks the scheduler once, without waiting for one.</summary>
    public Task<Backlogs> GetBacklogs(TimeSpan timeout, CancellationToken cancellationToken) =>
        Ask<Backlogs>(scheduler, new GetBacklogs(), "The scheduler", timeout, cancellationToken);

    /// <summary>Asks the scheduler. While there is none the proxy drops what it is sent, and a question that was dropped must not cost its
    /// whole timeout.</summary>
    public async Task<T> AskScheduler<T>(object question, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        if (time.GetElapsedTime(Interlocked.Read(ref _schedulerSeen)) > SchedulerFresh) await AwaitScheduler(cancellationToken);
        var answer = await Ask<T>(scheduler, question, "The scheduler", timeout, cancellationToken);
        Interlocked.Exchange(ref _schedulerSeen, time.GetTimestamp());
        return answer;
    }

    private async Task AwaitScheduler(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                await GetBacklogs(TimeSpan.FromSeconds(1), cancellationToken);
                Interlocked.Exchange(ref _schedulerSeen, time.GetTimestamp());
                return;
            }
            catch (UnavailableException) when (time.GetElapsedTime(started) < Bound.Answer)
            {
                // Asked again: a hand-over takes a second or two.
            }
        }
    }

    /// <summary>Asks the shard that the question names.</summary>
    public Task<T> AskShard<T>(IToShard question, CancellationToken cancellationToken, TimeSpan? timeout = null) =>
        Ask<T>(shards, question, "The shard that owns the run", timeout, cancellationToken);

    /// <summary>Asks a shard again where no answer comes: one that moves to another node may lose a message on its way. For what does no
    /// harm twice.</summary>
    public async Task<T> AskShardAgain<T>(IToShard question, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await AskShard<T>(question, cancellationToken, AskAgainAfter);
            }
            catch (UnavailableException) when (tries < AskTries)
            {
            }
        }
    }

    private static async Task<T> Ask<T>(IActorRef whom, object question, string who, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await whom.Ask<object>(question, timeout ?? Bound.Answer, cancellationToken) switch
            {
                T answer => answer,
                Unavailable unavailable => throw new UnavailableException(unavailable.Reason),
                var other => throw new InvalidOperationException($"{who} answered {other.GetType().Name}."),
            };
        }
        catch (AskTimeoutException cause)
        {
            throw new UnavailableException($"{who} does not answer: it is being taken over by another node, or its store is away.", cause);
        }
    }
}
