using ActorCron.Core.Dispatching;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using CsCheck;
using static ActorCron.Core.Tests.Dispatching.Bench;

namespace ActorCron.Core.Tests.Dispatching;

/// <summary>A dispatcher with shards that own their hand-overs and a network and a broker that lose and double what they carry.</summary>
public class HandOverWalkTests
{
    private static readonly Gen<(int Move, int Pick)[]> Walks = Gen.Select(Gen.Int[0, 19], Gen.Int[0, 1000]).Array[1, 150];

    [Fact]
    public void Whatever_is_lost_doubled_or_refused_each_run_is_published_and_none_beside_itself() => Gen.Select(Walks, Gen.Int[1, 5], Gen.Bool).Sample((walk, window, durable) =>
    {
        var world = new World(new DispatchSettings { Shards = 3, ConfirmWindow = window, MaxChunk = 2, PublishingIsDurable = durable });
        foreach (var (move, pick) in walk) world.Move(move, pick);
        world.Settle();
    }, iter: 2000);

    private sealed class World(DispatchSettings settings)
    {
        private readonly Bench _bench = new(settings);
        private readonly List<RunSpec> _pending = []; // What the shards own.
        private readonly HashSet<string> _withdrawn = [];
        private readonly HashSet<string> _confirmed = [];
        private readonly List<string> _open = []; // With the broker, on the open stream.
        private int _seen;
        private int _runs;
        private bool _losing = true;

        public void Move(int move, int pick)
        {
            switch (move)
            {
                case <= 4: _pending.Add(Run($"s{pick % 5}@{_runs++}", $"q{pick % 3}", late: pick % 7 == 0)); break;
                case <= 8: Remind(pick); break;
                case <= 12 when _open.Count > 0: Confirm(_open[pick % _open.Count]); break;
                case 13 when _open.Count > 0: Refuse(_open[pick % _open.Count]); break;
                case 14: EndStream(); break;
                case 15 when _pending.Count > 0: Withdraw(_pending[pick % _pending.Count]); break;
                case 16 when _confirmed.Count > 0: _bench.Confirm(_confirmed.Order().First()); break;
                default: _bench.Pass(pick % 3 == 0 ? 2 : 0.03); break;
            }
            Look(pick);
        }

        public void Settle()
        {
            _losing = false;
            for (var i = 0; i < 400 && (_pending.Count > 0 || _open.Count > 0); i++)
            {
                Remind(0);
                while (_open.Count > 0) Confirm(_open[0]);
                _bench.Pass(0.2);
                Look(0);
            }
            Assert.True(_pending.Count == 0, $"{_pending.Count} runs are with nobody");
        }

        private void Remind(int pick)
        {
            if (_losing && pick % 4 == 0) return;
            _bench.Pending([.. _pending]);
            if (pick % 3 == 0) _bench.Pending([.. _pending.AsEnumerable().Reverse()]);
        }

        private void Confirm(string run)
        {
            _open.Remove(run);
            _confirmed.Add(run);
            _bench.Confirm(run);
            Look(1);
        }

        private void Refuse(string run)
        {
            _open.Remove(run);
            _bench.Tell(new Published(_bench.Stream, Key(run), "refused"));
        }

        private void EndStream()
        {
            _open.Clear();
            _bench.Tell(new StreamEnded(_bench.Stream, "lost"));
        }

        private void Withdraw(RunSpec run)
        {
            _pending.Remove(run);
            _withdrawn.Add(run.Id);
            _bench.Withdraw(run.Id);
        }

        // Every message that the dispatcher has sent since: publishes arrive, what it tells the shards may be lost.
        private void Look(int pick)
        {
            foreach (var effect in _bench.Effects.Skip(_seen).ToList())
            {
                if (effect is MeasureDepth measure) _bench.Tell(new DepthMeasured(measure.Question, measure.Queue, new MeasuredDepth(0, 1)));
                if (effect is SendToShard { Message: MarkPublished mark } && !(_losing && pick % 2 == 0))
                    foreach (var key in mark.Attempts)
                    {
                        Assert.Contains(key.Run, _confirmed);
                        Assert.Equal(settings.ShardOf(key.Run), mark.Shard);
                        _pending.RemoveAll(run => run.Id == key.Run);
                    }
                if (effect is not Publish publish || publish.Stream != _bench.Stream) continue;
                var id = publish.Item.Spec.Id;
                Assert.DoesNotContain(id, _open);
                Assert.DoesNotContain(id, _confirmed);
                Assert.DoesNotContain(id, _withdrawn);
                _open.Add(id);
                Assert.True(_open.Count <= settings.ConfirmWindow);
            }
            _seen = _bench.Effects.Count;
        }
    }
}
