using ActorCron.Core.Batches;
using ActorCron.Core.Jobs;
using ActorCron.Core.Runs;
using ActorCron.Core.Shards;
using ActorCron.Core.Tests.Runs;
using CsCheck;
using static ActorCron.Core.Runs.RunEvent;

namespace ActorCron.Core.Tests.Batches;

/// <summary>Random walks of one batch with losses, failures, cancels, crashes that cut entries off, and restarts, to its end.</summary>
public class BatchWalkTests
{
    private static readonly Gen<(int Items, int Policy, (int Act, int Which, int How)[] Steps)> Walks = Gen.Select(
        Gen.Int[0, 40], Gen.Int[0, 3], Gen.Select(Gen.Int[0, 19], Gen.Int[0, 1000], Gen.Int[0, 9]).Array[1, 200]);

    [Fact]
    public void Every_batch_ends_and_no_run_of_it_is_executed_to_success_twice() => Walks.Sample(walk =>
    {
        var batch = new Walk(walk.Items, walk.Policy);
        foreach (var (act, which, how) in walk.Steps) batch.Step(act, which, how);
        batch.Finish();
    }, iter: 200);

    private sealed class Walk
    {
        private static readonly string[] Policies = ["\"onItemFailure\":\"fail\"", "\"onItemFailure\":\"stop\"", "\"onItemFailure\":\"continue\"", "\"toleratedFailures\":3"];

        private readonly int _items;
        private readonly string _id;
        private readonly List<RunEvent> _journal = [];
        private readonly HashSet<string> _succeeded = [];
        private RunLedger _ledger = new();
        private DateTimeOffset _now = Books.Start;

        public Walk(int items, int policy)
        {
            _items = items;
            var spec = Books.Spec(0, retry: new(2, TimeSpan.FromSeconds(1), 1, TimeSpan.FromSeconds(1))) with
            {
                Job = new JobSpec(BatchJob.Type, $$"""{"split":{"type":"list"},"map":"work","reduce":{"type":"sum"},{{Policies[policy]}}}"""),
            };
            _id = spec.Id;
            Do(_ledger.Register(spec, null, _now));
        }

        private LedgerRun[] Open => [.. _ledger.Runs.Where(run => run.Run.Spec.Batch is not null && !run.Run.State.IsFinished()).OrderBy(run => run.Run.Spec.Id, StringComparer.Ordinal)];

        public void Step(int act, int which, int how)
        {
            _now = _now.AddSeconds(how);
            if (act == 0) Restart(which, how);
            else if (act == 1 && how == 0) Do(_ledger.Cancel(_id, "by hand", _now));
            else if (Open is { Length: > 0 } open) Meet(open[which % open.Length], act, how);
            // A replay is as long as the walk so far: not at each step.
            if ((which & 15) == 0) CheckReplay();
        }

        public void Finish()
        {
            for (var i = 0; i < 1000 && Open is { Length: > 0 } open; i++) Meet(open[0], 10, 9);
            var batch = _ledger[_id].Run;
            Assert.True(batch.State.IsFinished(), $"the batch is {batch.State} with nothing open");
            var runs = _ledger.Runs.Where(run => run.Run.Spec.Batch is { Role: BatchRole.Map }).ToList();
            Assert.Equal(runs.Count(run => run.Run.State == RunState.Succeeded), batch.Batch!.Succeeded);
            Assert.Equal(runs.Count(run => run.Run.State != RunState.Succeeded), batch.Batch.Failed);
            if (batch.State == RunState.Succeeded) Assert.Equal(_items, batch.Batch.Succeeded + batch.Batch.Failed);
        }

        private void Meet(LedgerRun run, int act, int how)
        {
            var (id, attempt) = (run.Run.Spec.Id, run.Run.Attempt);
            switch (run.Run.State)
            {
                case RunState.Retrying: Do(_ledger.RetryDue(id, _now = _now.AddSeconds(2))); break;
                case RunState.Dispatched when act == 2 && how < 2: Do(_ledger.Bury(id, attempt, "nobody can", _now)); break;
                case RunState.Dispatched: Do(_ledger.Start(id, attempt, "n:1", 1, "o", _now)); break;
                case RunState.Running when act < 5: Do(_ledger.Lose(id, attempt, "node lost", returned: how % 2 == 0, _now)); break;
                case RunState.Running when how == 0: Do(_ledger.End(id, attempt, new AttemptResult(RunState.Failed, Error: "broke"), _now)); break;
                default: Do(_ledger.End(id, attempt, new AttemptResult(RunState.Succeeded, Output: OutputOf(run)), _now)); break;
            }
        }

        private string OutputOf(LedgerRun run) => run.Run.Spec.Batch!.Role == BatchRole.Split ? $"[{string.Join(',', Enumerable.Range(0, _items))}]" : "1";

        private void Do(IEnumerable<RunEvent> decided, params string?[] batches)
        {
            foreach (var e in Decisions.Apply(_ledger, decided, _now, batches))
            {
                if (e is AttemptEnded { State: RunState.Succeeded }) Assert.True(_succeeded.Add(e.Id), $"{e.Id} succeeded twice");
                if (e is AttemptStarted) Assert.DoesNotContain(e.Id, _succeeded);
                _journal.Add(e);
            }
        }

        // A crash: what Advance decided last may not have been stored, whole or in part.
        private void Restart(int which, int how)
        {
            var cut = _journal.Count;
            while (how > 4 && cut > 1 && _journal[cut - 1] is RunRegistered { Spec.Batch: not null } && _journal.Count - cut < which % 7) cut--;
            var lost = _journal.Skip(cut).Select(e => e.Id).ToHashSet();
            _journal.RemoveRange(cut, _journal.Count - cut);
            var fresh = new RunLedger();
            foreach (var e in _journal) fresh.Apply(e);
            _ledger = fresh;
            Do([], [.. fresh.OpenBatches()]);
            Assert.All(lost, id => Assert.True(_ledger.TryGet(id, out _), $"{id} is gone"));
        }

        private void CheckReplay()
        {
            var (replayed, restored) = (new RunLedger(), new RunLedger());
            foreach (var e in _journal) replayed.Apply(e);
            restored.Restore(_ledger.ToSnapshot());
            var now = Text(_ledger);
            Assert.Equal(now, Text(replayed));
            Assert.Equal(now, Text(restored));
        }

        private static string Text(RunLedger ledger)
        {
            var snapshot = ledger.ToSnapshot();
            return string.Join('\n', [.. snapshot.Runs.OrderBy(run => run.Run.Spec.Id, StringComparer.Ordinal).Select(run => $"{run}"),
                .. (snapshot.Batches ?? []).Select(batch => $"{batch with { Packs = [], Failures = [] }} {string.Join(' ', batch.Packs)} {string.Join(' ', batch.Failures)}")]);
        }
    }
}
