using ActorCron.Actors.Brokers;
using ActorCron.Actors.Gateway;
using ActorCron.Core.Messages;
using Akka;
using Akka.Streams.Dsl;

namespace ActorCron.Actors.Tests.Gateway;

public sealed class BrokerLifeTests
{
    private readonly SlowBroker _broker = new();

    [Fact]
    public async Task Those_who_ask_at_the_same_time_are_one_question_to_the_broker()
    {
        var life = new BrokerLife(_broker);
        var asking = Enumerable.Range(0, 600).Select(_ => life.RequireAsync(default)).ToList();

        _broker.Answer.SetResult();
        await Task.WhenAll(asking);

        Assert.Equal(1, _broker.Pings);
    }

    [Fact]
    public async Task What_was_answered_before_says_nothing_of_now()
    {
        var life = new BrokerLife(_broker);
        _broker.Answer.SetResult();
        await life.RequireAsync(default);
        _broker.Answer = new TaskCompletionSource();
        _broker.Answer.SetException(new TimeoutException("gone"));

        var refused = await Assert.ThrowsAsync<UnavailableException>(() => life.RequireAsync(default));

        Assert.Contains("The broker is away: no answer", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, _broker.Pings);
    }

    private sealed class SlowBroker : IRunBroker
    {
        public TaskCompletionSource Answer { get; set; } = new();
        public int Pings { get; private set; }
        public bool IsDurable => true;

        public Task PingAsync(CancellationToken cancellationToken)
        {
            Pings++;
            return Answer.Task;
        }

        public Flow<DispatchItem, DispatchOutcome, NotUsed> Publish() => throw new NotSupportedException();
        public Source<RunDelivery, IDeliveryControl> Deliveries(string queue, int credit) => throw new NotSupportedException();
        public Source<ResultDelivery, IDeliveryControl> Results() => throw new NotSupportedException();
        public Task<QueueDepth?> GetDepthAsync(string queue, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task<IReadOnlyList<DeadLetter>> GetDeadLettersAsync(int limit, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task<long> CountDeadLettersAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task<int> PurgeAsync(string queue, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task<int> RequeueDeadLettersAsync(string? messageId, Func<string, Task<bool>> retry, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
