using System.Collections.Immutable;
using ActorCron.Core.Machines;
using ActorCron.Core.Runs;
using ActorCron.Core.Shards;
using ActorCron.Simulation.Outside;

namespace ActorCron.Simulation.Hosting;

/// <summary>A run shard where its actor would be.</summary>
public sealed class ShardHost : PersistentHost<RunEvent>
{
    private readonly RunShard _machine;

    public ShardHost(World world, SimProcess process, int shard) : this(world, process, shard, new RunShard(shard, world.ShardSettings with { Node = process.Node.Name }))
    {
    }

    private ShardHost(World world, SimProcess process, int shard, RunShard machine)
        : base(world, process, $"shard {shard}", RunShards.PersistenceId(shard), world.Commits, machine) => (Shard, _machine) = (shard, machine);

    public int Shard { get; }

    public RunShard Machine => _machine;

    public override object Capture() => _machine.ToSnapshot();

    protected override void Restore(object snapshot) => _machine.Restore((LedgerSnapshot)snapshot);

    protected override int SizeOf(RunEvent decided) => RunShard.SizeOf(decided);

    protected override void Begin()
    {
        base.Begin();
        TellMembers([]);
    }

    public void TellMembers(IReadOnlyList<SimProcess> gone)
    {
        var members = ImmutableArray.CreateBuilder<Member>(Process.View.Count);
        foreach (var member in Process.View) members.Add(new Member(member.Node.Name, member.Uid));
        var left = ImmutableArray.CreateBuilder<Member>(gone.Count);
        foreach (var member in gone) left.Add(new Member(member.Node.Name, member.Uid));
        Receive(new MembersAre(members.ToImmutable(), left.ToImmutable()), Self);
    }

    protected override bool CarryOut(Effect effect)
    {
        switch (effect)
        {
            case AskHistory ask: Ask(ask); return true;
            case LoadRun load: Load(load); return true;
            case WriteHistory write: World.Router.Send(Self, World.ActorsOf(Process)!.HistoryQueue.Self, new WriteRuns(write.Runs)); return true;
            default: return false;
        }
    }

    protected override bool PromisesNothing(Effect effect) => effect is AskHistory or LoadRun || base.PromisesNothing(effect);

    private void Ask(AskHistory ask) => World.History.Ask(Process, history =>
    {
        var (existing, expired) = (ImmutableHashSet.CreateBuilder<string>(), ImmutableHashSet.CreateBuilder<string>());
        foreach (var id in ask.Ids)
        {
            if (history.Find(id) is not null) existing.Add(id);
            else if (history.IsExpired(id)) expired.Add(id);
        }
        return new HistoryAnswered(ask.Question, existing.ToImmutable(), expired.ToImmutable());
    }, answer => Deliver(answer is null ? new HistoryFailed(ask.Question, "away") : answer, Self));

    private void Load(LoadRun load) => World.History.Ask(Process, history => new Loaded(history.Find(load.Id)),
        answer => Deliver(answer is null ? new HistoryFailed(load.Question, "away") : new RunLoaded(load.Question, answer.Run), Self));

    private sealed record Loaded(Run? Run);
}
