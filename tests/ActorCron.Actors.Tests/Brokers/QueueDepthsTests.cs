using ActorCron.Actors.Brokers;
using ActorCron.Core.Messages;
using Akka;
using Akka.Streams.Dsl;
using Microsoft.Extensions.Time.Testing;

namespace ActorCron.Actors.Tests.Brokers;

public sealed class QueueDepthsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly SlowBroker _broker = new();
    private readonly QueueDepths _depths;

    public QueueDepthsTests() => _depths = new QueueDepths(_broker, _time);

    [Fact]
    public async Task Queues_are_asked_side_by_side_and_not_more_than_a_few_at_a_time()
    {
        var asked = _depths.GetAsync([.. Enumerable.Range(0, 50).Select(i => $"q{i}")], default);
        Assert.Equal(QueueDepths.AtOnce, _broker.Open);

        _broker.Answer();
        Assert.Equal(50, (await asked.WaitAsync(TimeSpan.FromSeconds(60))).Length);
        Assert.Equal(50, _broker.Questions);
    }

    [Fact]
    public async Task Askers_share_an_answer_for_a_second()
    {
        var (a, b) = (_depths.GetAsync(["q"], default), _depths.GetAsync(["q"], default));
        _broker.Answer();
        await Task.WhenAll(a, b).WaitAsync(TimeSpan.FromSeconds(60));
        await _depths.GetAsync(["q"], default);
        Assert.Equal(1, _broker.Questions);

        _time.Advance(QueueDepths.Fresh);
        await _depths.GetAsync(["q"], default);
        Assert.Equal(2, _broker.Questions);
    }

    [Fact]
    public async Task A_failure_is_not_shared_with_whoever_asks_later()
    {
        _broker.Fail();
        await Assert.ThrowsAsync<TimeoutException>(() => _depths.GetAsync(["q"], default));

        _broker.Answer();
        Assert.Single(await _depths.GetAsync(["q"], default));
    }

    [Fact]
    public async Task One_asker_s_end_does_not_end_the_question_of_another()
    {
        using var cancelled = new CancellationTokenSource();
        var (a, b) = (_depths.GetAsync(["q"], cancelled.Token), _depths.GetAsync(["q"], default));
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => a);

        _broker.Answer();
        Assert.Single(await b.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    private sealed class SlowBroker : IRunBroker
    {
        private TaskCompletionSource<QueueDepth?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _open;
        private int _questions;

        public int Open => Volatile.Read(ref _open);
        public int Questions => Volatile.Read(ref _questions);
        public bool IsDurable => false;

        public void Fail() => _answer.TrySetException(new TimeoutException());

        public void Answer()
        {
            if (!_answer.TrySetResult(new QueueDepth(1, 1, 0))) (_answer = new()).TrySetResult(new QueueDepth(1, 1, 0));
        }

        public async Task<QueueDepth?> GetDepthAsync(string queue, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _questions);
            Interlocked.Increment(ref _open);
            try
            {
                return await _answer.Task;
            }
            finally
            {
                Interlocked.Decrement(ref _open);
            }
        }

        public Flow<DispatchItem, DispatchOutcome, NotUsed> Publish() => throw new NotSupportedException();
        public Source<RunDelivery, IDeliveryControl> Deliveries(string queue, int credit) => throw new NotSupportedException();
        public Source<ResultDelivery, IDeliveryControl> Results() => throw new NotSupportedException();
        public Task<IReadOnlyList<DeadLetter>> GetDeadLettersAsync(int limit, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task<long> CountDeadLettersAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task<int> PurgeAsync(string queue, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task PingAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task<int> RequeueDeadLettersAsync(string? messageId, Func<string, Task<bool>> retry, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
