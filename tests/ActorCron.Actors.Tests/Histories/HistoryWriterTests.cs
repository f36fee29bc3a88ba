using System.Collections.Concurrent;
using ActorCron.Actors.Running;
using ActorCron.Core.Jobs;
using ActorCron.Core.Runs;
using ActorCron.Core.Shards;
using Akka.Actor;

namespace ActorCron.Actors.Tests.Histories;

public sealed class HistoryWriterTests : TestKit
{
    private readonly GatedHistory _history = new();
    private readonly IActorRef _writer;

    public HistoryWriterTests() => _writer = Sys.ActorOf(Props.Create(() => new HistoryWriter(_history, TimeProvider.System)));

    [Fact]
    public async Task A_record_that_nothing_is_ahead_of_is_written_at_once_and_its_shard_is_told()
    {
        Write(Of("a", RunState.Succeeded, 3));

        Assert.Equal(["a#3"], await _history.NextAsync());
        Assert.Equal(new WrittenRun("a", 3), (await ExpectMsgAsync<HistoryWritten>(TimeSpan.FromSeconds(20))).Runs.Single());
    }

    // The rules are those of HistoryQueue, and tested there.
    [Fact]
    public async Task What_the_history_did_not_take_is_written_again()
    {
        _history.Close();
        Write(Of("a", RunState.Running, 2));
        Assert.Equal(["a#2"], await _history.NextAsync());

        _history.FailOnce();

        Assert.Equal(["a#2"], await _history.NextAsync());
        Assert.Single((await ExpectMsgAsync<HistoryWritten>(TimeSpan.FromSeconds(20))).Runs);
    }

    private void Write(params Run[] runs) => _writer.Tell(new WriteRuns([.. runs]), TestActor);

    private static Run Of(string id, RunState state, long revision) => new()
    {
        Spec = new RunSpec { Id = id, User = "rob", Queue = "default", ScheduledFor = DateTimeOffset.UnixEpoch, Trigger = RunTrigger.Manual, Job = new JobSpec("noop", "{}") },
        State = state,
        Revision = revision,
    };

    /// <summary>Shows each batch, and answers when the gate is open.</summary>
    private sealed class GatedHistory : IRunHistory
    {
        private readonly ConcurrentQueue<string[]> _batches = new();
        private readonly SemaphoreSlim _arrived = new(0);
        private volatile TaskCompletionSource _gate = Opened();

        public void Close() => _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void FailOnce()
        {
            var failing = _gate;
            _gate = Opened();
            failing.TrySetException(new IOException("The disk is full."));
        }

        public async Task<string[]> NextAsync()
        {
            Assert.True(await _arrived.WaitAsync(Soon), $"No batch came within {Soon}.");
            return _batches.TryDequeue(out var batch) ? batch : throw new InvalidOperationException("A batch was announced but is not there.");
        }

        public Task UpsertAsync(IReadOnlyCollection<Run> runs, CancellationToken cancellationToken)
        {
            var gate = _gate.Task;
            _batches.Enqueue([.. runs.Select(run => $"{run.Spec.Id}#{run.Revision}")]);
            _arrived.Release();
            return gate;
        }

        public Task InitializeAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        public Task<Run?> GetAsync(string runId, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task<IReadOnlySet<string>> ExistingAsync(IReadOnlyCollection<string> runIds, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task<IReadOnlyDictionary<string, PrunedSpan>> PrunedSpansAsync(IReadOnlyCollection<string> schedules, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task<RunPage> ListAsync(RunQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task<int> PruneAsync(DateTimeOffset finishedBefore, int perSchedule, DateTimeOffset keepAfter, CancellationToken cancellationToken) => throw new NotSupportedException();
        public Task PingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        private static TaskCompletionSource Opened()
        {
            var gate = new TaskCompletionSource();
            gate.SetResult();
            return gate;
        }
    }
}
