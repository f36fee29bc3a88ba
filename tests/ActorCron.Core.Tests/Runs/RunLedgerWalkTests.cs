using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Shards;
using CsCheck;
using static ActorCron.Core.Runs.RunEvent;

namespace ActorCron.Core.Tests.Runs;

/// <summary>Random walks over the books of a few schedules, one with each overlap policy, with restarts in between.</summary>
public class RunLedgerWalkTests
{
    private static readonly RetryPolicy Tries = new(3, TimeSpan.FromSeconds(10), 2, TimeSpan.FromMinutes(1));

    // What is done next, to which of the known runs, and how.
    private static readonly Gen<(int Act, int Which, int How)[]> Walks = Gen.Select(Gen.Int[0, 19], Gen.Int[0, 1000], Gen.Int[0, 7]).Array[1, 150];

    [Fact]
    public void Promises_hold_on_every_walk() => Walks.Sample(steps =>
    {
        var walk = new Walk();
        foreach (var (act, which, how) in steps) walk.Step(act, which, how);
    }, iter: 500);

    private sealed class Walk
    {
        private readonly Books _books = new();
        private readonly List<string> _ids = [];
        private readonly Dictionary<string, long> _fences = [];
        private readonly HashSet<string> _ended = [];
        private int _minute;

        public void Step(int act, int which, int how)
        {
            var before = _books.Journal.Count;
            if (act < 6 || _ids.Count == 0) Register(which, how);
            else Meet(act, _ids[which % _ids.Count], how);
            foreach (var e in _books.Journal.Skip(before)) Check(e);
            foreach (var overlap in Enum.GetValues<OverlapPolicy>()) CheckSchedule(overlap);
            // A replay is as long as the walk so far: not at each step.
            if ((which & 7) == 0) CheckReplay();
        }

        private void Register(int which, int how)
        {
            var overlap = (OverlapPolicy)(which % 4);
            var spec = Books.Spec(++_minute, overlap, schedule: $"{overlap}", trigger: how == 0 ? RunTrigger.Backfill : RunTrigger.Schedule,
                retry: Tries, execution: how == 1 ? ExecutionGuarantee.AtMostOnce : ExecutionGuarantee.AtLeastOnce);
            _ids.Add(_books.Register(spec, how == 2 ? "too old" : null));
        }

        private void Meet(int act, string id, int how)
        {
            _books.Pass(TimeSpan.FromSeconds(how));
            var ledger = _books.Ledger;
            var run = _books[id].Run;
            // Now and then the news is of another attempt than the current one.
            var attempt = how == 7 ? run.Attempt - 1 : run.Attempt;
            switch (act)
            {
                case <= 10: _books.Do(ledger.Start(id, attempt, "n:1", how, $"o{how}", _books.Now)); break;
                case <= 13: _books.Do(ledger.End(id, attempt, new AttemptResult(Outcome(how), Permanent: how == 3), _books.Now)); break;
                case 14: _books.Do(ledger.Lose(id, attempt, "node lost", returned: how % 2 == 0, _books.Now)); break;
                case 15: _books.Do(ledger.Cancel(id, "by hand", _books.Now)); break;
                case 16: _books.Do(ledger.RetryDue(id, _books.Now.AddMinutes(how % 2))); break;
                case 17: _books.Do(how % 2 == 0 ? ledger.Publish(id, attempt, _books.Now) : ledger.Redispatch(id, attempt, _books.Now)); break;
                case 18 when how < 3: _books.Do(ledger.Bury(id, attempt, "nobody can", _books.Now)); break;
                case 18 when run.State.IsFinished():
                    _ended.Remove(id);
                    _books.Do(ledger.Revive(run, _books.Now));
                    break;
                default: break;
            }
        }

        private static RunState Outcome(int how) => how switch { <= 2 => RunState.Succeeded, <= 5 => RunState.Failed, 6 => RunState.TimedOut, _ => RunState.Cancelled };

        private void Check(RunEvent e)
        {
            if (e is AttemptStarted started)
            {
                // A finished run never starts again, except by hand.
                Assert.DoesNotContain(e.Id, _ended);
                CheckFence(e.Id, started.Fence);
            }
            if (e is AttemptPlanned planned && planned.Reason != "its message was lost") CheckFence(e.Id, planned.Fence);
            if (e is RunRegistered { State: RunState.Dispatched } registered) CheckFence(e.Id, registered.Fence);
            if (e is AttemptEnded { State: not RunState.Retrying } or RunRegistered { State: not RunState.Dispatched }) Assert.True(_ended.Add(e.Id), $"{e.Id} ended twice");
        }

        // Fences of a schedule grow strictly.
        private void CheckFence(string id, long fence)
        {
            var schedule = _books[id].Run.Spec.Schedule!;
            Assert.True(fence > _fences.GetValueOrDefault(schedule), $"{schedule}: fence {fence} after {_fences.GetValueOrDefault(schedule)}");
            _fences[schedule] = fence;
        }

        private void CheckSchedule(OverlapPolicy overlap)
        {
            var active = _books.Ledger.ActiveOf($"{overlap}").ToList();
            Assert.Equal(_ids.Where(id => _books[id].Run.Spec.Schedule == $"{overlap}" && !_books.StateOf(id).IsFinished()).Order(), active.Select(run => run.Run.Spec.Id).Order());
            if (overlap == OverlapPolicy.Allow) return;
            Assert.True(active.Count(run => run.Run.State == RunState.Running) <= 1, $"{overlap}: two are started at once");
            Assert.True(active.Count(run => !run.Held) <= 1, $"{overlap}: two may start");
            // Nobody waits for nobody.
            Assert.True(active.Count == 0 || active.Any(run => !run.Held), $"{overlap}: all are held");
        }

        private void CheckReplay()
        {
            var now = Text(_books.Ledger);
            _books.Restart(fromSnapshot: _books.Journal.Count % 2 == 0);
            Assert.Equal(now, Text(_books.Ledger));
        }

        private static string Text(RunLedger ledger)
        {
            var snapshot = ledger.ToSnapshot();
            return string.Join('\n', [$"{snapshot.Fence}", .. snapshot.Runs.OrderBy(run => run.Run.Spec.Id, StringComparer.Ordinal).Select(run => $"{run}"),
                .. snapshot.Latest.OrderBy(latest => latest.Schedule).Select(latest => $"{latest}"),
                .. Enum.GetNames<OverlapPolicy>().Select(schedule => string.Join(' ', ledger.ActiveOf(schedule).Select(run => run.Run.Spec.Id)))]);
        }
    }
}
