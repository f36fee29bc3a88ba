using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Shards;
using CsCheck;
using static ActorCron.Core.Runs.RunEvent;
using static ActorCron.Core.Tests.Runs.Books;

namespace ActorCron.Core.Tests.Shards;

/// <summary>Random walks of a shard: messages lost, late and twice, a history that answers late, restarts, dispatchers and nodes that come
/// and go. At the end everything heals, and everything ends.</summary>
public class RunShardWalkTests
{
    private static readonly Gen<(int Act, int Which, int How)[]> Walks =
        Gen.Select(Gen.Int[0, 24], Gen.Int[0, 1000], Gen.Int[0, 7]).Array[1, 200];

    [Fact]
    public void Promises_hold_on_every_walk_and_nothing_is_stuck_at_its_end() => Walks.Sample(steps =>
    {
        var walk = new Walk();
        foreach (var (act, which, how) in steps) walk.Step(act, which, how);
        walk.Finish();
    }, iter: 500);

    private sealed class Walk
    {
        private static readonly RetryPolicy Tries = new(2, TimeSpan.FromSeconds(5), 1, TimeSpan.FromSeconds(5));

        private readonly ShardBench _bench = new();
        private readonly List<string> _ids = [];
        private readonly List<(string Run, int Attempt)> _broker = [];
        private readonly HashSet<string> _succeeded = [];
        private readonly Dictionary<string, long> _fences = [];
        private int _minute;
        private int _offers;
        private int _checked;
        private long _epoch = 1;

        private string Pick(int which) => _ids.Count == 0 ? "none" : _ids[which % _ids.Count];

        private int AttemptOf(string id) => _bench.Machine.Ledger.TryGet(id, out var run) ? run.Run.Attempt : 1;

        public void Step(int act, int which, int how)
        {
            var id = Pick(which);
            switch (act)
            {
                case <= 5: Register(which, how); break;
                case <= 8: Deliver(which); break;
                case 9: _bench.Offer(id, $"again-{how}", AttemptOf(id), foreign: null); break;
                case <= 12: _bench.Report(id, (RunState)(3 + (how % 3)), OfferOf(id), AttemptOf(id)); break;
                case 13: _bench.Report(id, RunState.Succeeded, $"old-{how}", AttemptOf(id)); break;
                case 14: _bench.Tell(new CancelRun(ShardBench.Shard, id, "by hand"), ShardBench.Asker); break;
                case 15: _bench.Tell(new RetryRun(ShardBench.Shard, id), ShardBench.Asker); break;
                case 16: if (_bench.Questions.Count > 0) _bench.Answer(_bench.Questions[which % _bench.Questions.Count]); break;
                case 17: _bench.Written(); break;
                case 18: _bench.Members(how < 4 ? [ShardBench.Self] : [ShardBench.Self, ShardBench.Node]); break;
                case 19: _bench.Wake(_epoch += how % 2, $"dispatcher {_epoch}"); break;
                case 20: _bench.Restart(fromSnapshot: how % 2 == 0); break;
                case 21: _bench.After(how, "outbox"); break;
                case 22: _bench.After(how, "retries"); break;
                case 23: _bench.Sweep(); break;
                default: if (_broker.Count > 0) _broker.RemoveAt(which % _broker.Count); break;
            }
            Follow();
            if ((which & 15) == 0) CheckFold();
        }

        /// <summary>The faults are off: whatever is handed over is executed, the history answers, and time passes.</summary>
        public void Finish()
        {
            _bench.Members(ShardBench.Self, ShardBench.Node);
            _bench.Wake(++_epoch, "the last");
            Follow();
            for (var i = 0; i < 60 && _bench.Machine.Ledger.Count > 0; i++)
            {
                while (_broker.Count > 0) Deliver(0);
                foreach (var run in _bench.Machine.Ledger.Runs.ToList())
                {
                    var id = run.Run.Spec.Id;
                    if (run.Run.State == RunState.Running) _bench.Report(id, RunState.Succeeded, OfferOf(id), AttemptOf(id));
                    Follow();
                }
                _bench.AnswerHistory();
                Follow();
                _bench.Sweep();
                Follow();
                _bench.Written();
            }
            Assert.True(_bench.Machine.Ledger.Count == 0, "stuck: " + string.Join(", ", _bench.Machine.Ledger.Runs));
            Assert.Equal(0, _bench.Machine.PendingCount);
        }

        private void Register(int which, int how)
        {
            var overlap = (OverlapPolicy)(which % 4);
            // Now and then one that was there before, or the backfill of one.
            var minute = how == 7 && _minute > 0 ? 1 + (which % _minute) : ++_minute;
            var spec = Spec(minute, overlap, $"{overlap}", how is 0 or 7 ? RunTrigger.Backfill : RunTrigger.Schedule, Tries,
                how == 1 ? ExecutionGuarantee.AtMostOnce : ExecutionGuarantee.AtLeastOnce);
            _bench.Tell(new RegisterRuns(ShardBench.Shard, [new NewRun(spec, how == 2 ? "too old" : null)], how == 3 ? _epoch - 1 : _epoch),
                ShardBench.Dispatcher);
            if (!_ids.Contains(spec.Id)) _ids.Add(spec.Id);
            if (how > 3) _bench.AnswerHistory();
        }

        private void Deliver(int which)
        {
            if (_broker.Count == 0) return;
            var (run, attempt) = _broker[which % _broker.Count];
            _broker.RemoveAt(which % _broker.Count);
            if (which % 3 != 1) _bench.Publish(run, attempt);
            _bench.Offer(run, $"o-{++_offers}", attempt);
            Follow();
            _bench.AnswerHistory();
        }

        private string OfferOf(string id) => _bench.Machine.Ledger.TryGet(id, out var run) ? run.Offer ?? "none" : "none";

        // The dispatcher takes what it is handed, and the broker confirms it.
        private void Follow()
        {
            foreach (var item in _bench.Told<PendingRuns>().SelectMany(pending => pending.Items)) _broker.Add((item.Spec.Id, item.Attempt));
            _bench.Effects.Clear();
            for (; _checked < _bench.Journal.Count; _checked++) Check(_bench.Journal[_checked]);
        }

        private void Check(RunEvent e)
        {
            if (e is AttemptStarted started)
            {
                Assert.DoesNotContain(e.Id, _succeeded);
                CheckFence(e.Id, started.Fence);
            }
            if (e is AttemptPlanned planned && planned.Reason != "its message was lost") CheckFence(e.Id, planned.Fence);
            if (e is RunReleased released) CheckFence(e.Id, released.Fence);
            if (e is RunRegistered) Assert.DoesNotContain(e.Id, _succeeded);
            if (e is AttemptEnded { State: RunState.Succeeded }) Assert.True(_succeeded.Add(e.Id), $"{e.Id} succeeded twice");
        }

        private void CheckFence(string id, long fence)
        {
            var schedule = RunId.ShardKey(id);
            Assert.True(fence > _fences.GetValueOrDefault(schedule),
                $"{schedule}: fence {fence} after {_fences.GetValueOrDefault(schedule)}");
            _fences[schedule] = fence;
        }

        // What is stored makes the state; runs that the history has are off the books only until a restart.
        private void CheckFold()
        {
            var folded = new RunShard(ShardBench.Shard, RunShardSettings.Default(true));
            foreach (var e in _bench.Journal) folded.Apply(e);
            foreach (var run in _bench.Machine.Ledger.Runs) Assert.Equal(run, folded.Ledger[run.Run.Spec.Id]);
            Assert.Equal(_bench.Machine.ToSnapshot().Fence, folded.ToSnapshot().Fence);
            foreach (var overlap in Enum.GetNames<OverlapPolicy>())
                Assert.Equal(_bench.Machine.Ledger.ActiveOf(overlap).Select(run => run.Run.Spec.Id),
                    folded.Ledger.ActiveOf(overlap).Select(run => run.Run.Spec.Id));
        }
    }
}
