using System.Collections.Concurrent;
using ActorCron.Actors.Running;
using ActorCron.Core.Jobs;
using ActorCron.Core.Runs;
using Akka.Actor;

namespace ActorCron.Actors.Tests.Histories;

public sealed class HistoryWriterTests : TestKit
{
    private readonly GatedHistory _history = new();
    private readonly IActorRef _writer;

    public HistoryWriterTests() => _writer = Sys.ActorOf(Props.Create(() => new HistoryWriter(_history)));

    [Fact]
    public async Task A_record_that_nothing_is_ahead_of_is_written_at_once_and_its_shard_is_told()
    {
        Write(Of("a", RunState.Succeeded, 3));

        Assert.Equal(["a#3"], await _history.NextAsync());
        Assert.Equal(("a", 3), (await ExpectMsgAsync<HistoryWriter.Written>()).Revisions.Single());
    }

    [Fact]
    public async Task Of_a_run_only_the_newest_record_is_written_and_ended_runs_come_before_others()
    {
        _history.Close();
        Write(Of("first", RunState.Running, 1)); // Is being written while the others come.
        Assert.Equal(["first#1"], await _history.NextAsync());
        Write(Of("a", RunState.Dispatched, 1), Of("b", RunState.Dispatched, 1), Of("c", RunState.Dispatched, 1));
        Write(Of("a", RunState.Running, 2), Of("c", RunState.Running, 2));
        Write(Of("c", RunState.Succeeded, 3), Of("a", RunState.Dispatched, 1));

        await AllArrivedAsync();
        _history.Open();

        Assert.Equal(["c#3", "a#2", "b#1"], await _history.NextAsync());
    }

    [Fact]
    public async Task Under_load_every_record_is_written_ended_ones_in_the_order_of_their_arrival()
    {
        _history.Close();
        Write(Of("first", RunState.Running, 1));
        Assert.Single(await _history.NextAsync());
        for (var i = 0; i < 5000; i++) Write(Of($"run-{i:D5}", RunState.Running, 2));
        for (var i = 0; i < 4000; i++) Write(Of($"run-{i:D5}", RunState.Succeeded, 3));

        await AllArrivedAsync();
        _history.Open();

        var written = new List<string>();
        while (written.Count < 5000) written.AddRange(await _history.NextAsync());
        Assert.Equal(5000, written.Distinct().Count());
        Assert.Equal(Enumerable.Range(0, 4000).Select(i => $"run-{i:D5}#3"), written.Where(record => record.EndsWith("#3", StringComparison.Ordinal)));
        // The last thousand are still under way: they did not have to wait for all the others.
        Assert.Contains(written.Take(2000), record => record.EndsWith("#2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_history_did_not_take_is_written_again_unless_something_newer_has_come()
    {
        _history.Close();
        Write(Of("a", RunState.Running, 2), Of("b", RunState.Running, 2));
        Assert.Equal(["a#2", "b#2"], await _history.NextAsync());
        Write(Of("a", RunState.Succeeded, 3));

        await AllArrivedAsync();
        _history.FailOnce();

        Assert.Equal(["a#3", "b#2"], await _history.NextAsync());
        Assert.Equal(2, (await ExpectMsgAsync<HistoryWriter.Written>()).Revisions.Length);
    }

    private void Write(params Run[] runs) => _writer.Tell(new HistoryWriter.Write([.. runs]), TestActor);

    private Task AllArrivedAsync() => _writer.Ask<ActorIdentity>(new Identify(null), Soon);

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

        public void Open() => _gate.TrySetResult();

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
