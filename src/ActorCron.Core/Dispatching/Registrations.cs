using System.Collections.Immutable;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;

namespace ActorCron.Core.Dispatching;

/// <summary>Has the shards put runs on record, in chunks. A shard's chunks go one after another; shards go side by side, and one that does not
/// answer in time makes room for others. What is not answered is asked again, ever more rarely: to register twice does no harm.</summary>
/// <remarks>Holds one tick at a time, and triggers and backfills for as long as their askers wait.</remarks>
internal sealed class Registrations(long epoch, DispatchSettings settings)
{
    // What a run takes in a message beside its params, about.
    private const int RunBytes = 400;
    private static readonly TimeSpan PauseStep = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly Dictionary<long, ChunkRequest> _asked = [];
    private readonly PriorityQueue<ChunkRequest, (TimeSpan At, long Order)> _again = new();
    private readonly Queue<RegistrationJob> _bounded = new(); // One bound for all, so they are in order.
    private readonly Alarm _alarm = new(Timers.Register);
    private long _requests;
    private long _order;
    private RegistrationJob? _tick;

    /// <summary>Of a tick; said twice it is done once.</summary>
    public void BeginTick(RegisterAll all, Address from, TimeSpan now, Decision<NoEvent> into)
    {
        if (_tick is { IsOver: false } && _tick.Through == all.Through)
        {
            _tick.Asker = from;
            return;
        }
        _tick = new RegistrationJob(from, settings.ShardsAtATime, until: null) { Through = all.Through };
        Begin(_tick, all.Runs, now, into);
    }

    public void BeginDispatch(DispatchRuns dispatch, Address from, TimeSpan now, Decision<NoEvent> into)
    {
        var job = new RegistrationJob(from, settings.Shards, now + settings.DispatchTimeout) { AwaitsDispatch = dispatch.AwaitDispatch, Runs = dispatch.Runs };
        _bounded.Enqueue(job);
        _alarm.SetBy(job.Until!.Value, now, into);
        Begin(job, dispatch.Runs, now, into);
    }

    /// <summary>A shard has put a chunk on record; its job, when that was the last one.</summary>
    public RegistrationJob? OnRegistered(RunsRegistered registered, TimeSpan now, Decision<NoEvent> into)
    {
        if (!_asked.Remove(registered.Request, out var chunk)) return null;
        var (lane, job) = (chunk.Lane, chunk.Lane.Job);
        lane.Asked = null;
        if (!chunk.IsLate) job.InTime--;
        // A tick's kinds interest nobody.
        if (job.Until is not null) job.Answers.AddRange(registered.Runs);
        if (--job.Left == 0)
        {
            job.IsOver = true;
            return job;
        }
        if (lane.Chunks.Count == 0) AskMore(job, now, into);
        else if (job.InTime < job.Width) Ask(lane, now, into);
        else job.Waiting.Enqueue(lane);
        return null;
    }

    /// <summary>Asks again what is late; answers the jobs whose time is over.</summary>
    public List<RegistrationJob> OnDue(TimeSpan now, Decision<NoEvent> into)
    {
        var over = new List<RegistrationJob>();
        if (!_alarm.Rings(now, into)) return over;
        while (_bounded.TryPeek(out var job) && (job.IsOver || job.Until <= now))
        {
            _bounded.Dequeue();
            if (job.IsOver) continue;
            GiveUp(job);
            over.Add(job);
        }
        while (_again.TryPeek(out var chunk, out var due) && due.At <= now)
        {
            _again.Dequeue();
            if (_asked.ContainsKey(chunk.Number)) AskAgain(chunk, now, into);
        }
        if (_bounded.TryPeek(out var next)) _alarm.SetBy(next.Until!.Value, now, into);
        if (_again.TryPeek(out _, out var again)) _alarm.SetBy(again.At, now, into);
        return over;
    }

    private void Begin(RegistrationJob job, ImmutableArray<NewRun> runs, TimeSpan now, Decision<NoEvent> into)
    {
        var byShard = new List<NewRun>?[settings.Shards];
        foreach (var run in runs) (byShard[settings.ShardOf(run.Spec.Id)] ??= []).Add(run);
        for (var shard = 0; shard < byShard.Length; shard++)
        {
            if (byShard[shard] is not { } all) continue;
            var lane = new ShardLane(job, shard);
            foreach (var chunk in Chunks.BySize(all, SizeOf, settings.MaxChunkBytes, settings.MaxChunk)) lane.Chunks.Enqueue([.. chunk]);
            job.Left += lane.Chunks.Count;
            job.Lanes.Add(lane);
            job.Waiting.Enqueue(lane);
        }
        AskMore(job, now, into);
    }

    private void AskMore(RegistrationJob job, TimeSpan now, Decision<NoEvent> into)
    {
        while (job.InTime < job.Width && job.Waiting.TryDequeue(out var lane)) Ask(lane, now, into);
    }

    private void Ask(ShardLane lane, TimeSpan now, Decision<NoEvent> into)
    {
        var chunk = lane.Asked = new ChunkRequest(++_requests, lane, lane.Chunks.Dequeue());
        _asked[chunk.Number] = chunk;
        lane.Job.InTime++;
        Send(chunk, now, into);
    }

    private void AskAgain(ChunkRequest chunk, TimeSpan now, Decision<NoEvent> into)
    {
        Send(chunk, now, into);
        if (chunk.Tries != 2) return;
        into.Log(Importance.Warning, $"Shard {chunk.Lane.Shard} did not put {chunk.Runs.Length} runs on record in time; it is asked again");
        chunk.Lane.Job.InTime--;
        AskMore(chunk.Lane.Job, now, into);
    }

    private void Send(ChunkRequest chunk, TimeSpan now, Decision<NoEvent> into)
    {
        into.Effects.Add(new SendToShard(new RegisterRuns(chunk.Lane.Shard, chunk.Runs, epoch, chunk.Number)));
        var pause = PauseStep * chunk.Tries++;
        var at = now + settings.RegisterTimeout + (pause < LongestPause ? pause : LongestPause);
        _again.Enqueue(chunk, (at, ++_order));
        _alarm.SetBy(at, now, into);
    }

    private void GiveUp(RegistrationJob job)
    {
        job.IsOver = true;
        foreach (var lane in job.Lanes)
            if (lane.Asked is { } chunk) _asked.Remove(chunk.Number);
    }

    private static int SizeOf(NewRun run) => RunBytes + run.Spec.Job.Params.Length;
}
