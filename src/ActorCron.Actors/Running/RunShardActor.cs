using System.Collections.Immutable;
using ActorCron.Actors.Nodes;
using ActorCron.Actors.Serialization;
using ActorCron.Actors.Shells;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Shards;
using Akka.Actor;
using Akka.Cluster;
using CoreMember = ActorCron.Core.Shards.Member;

namespace ActorCron.Actors.Running;

/// <summary>The shell of a <see cref="RunShard"/>: stores its events in groups, asks the history in its name, and tells it who the members
/// are.</summary>
public sealed class RunShardActor : PersistentMachineActor<RunEvent>
{
    private readonly RunShard _machine;
    private readonly IRunHistory _history;
    private readonly IActorRef _historyWriter;
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly GoneMembers _gone = GoneMembers.Of(Context.System);

    /// <param name="shard">Its number.</param>
    /// <param name="settings">How it behaves.</param>
    /// <param name="history">Asked for runs that are not on the books.</param>
    /// <param name="historyWriter">The node's <see cref="HistoryWriter"/>.</param>
    /// <param name="time">The clock.</param>
    public RunShardActor(int shard, RunShardSettings settings, IRunHistory history, IActorRef historyWriter, TimeProvider time)
        : this(new RunShard(shard, settings with { Node = NodeName.Of(Cluster.Get(Context.System).SelfAddress) }), shard, settings, history,
            historyWriter, time) { }

    private RunShardActor(RunShard machine, int shard, RunShardSettings settings, IRunHistory history, IActorRef historyWriter,
        TimeProvider time)
        : base(RunShards.PersistenceId(shard), machine, time, new CommitSettings(settings.SnapshotEvery)) =>
        (_machine, _history, _historyWriter) = (machine, history, historyWriter);

    /// <inheritdoc />
    protected override object ToEntry(ImmutableArray<RunEvent> events) => new RunEvents(events);

    /// <inheritdoc />
    protected override IEnumerable<RunEvent>? EventsOf(object entry) => entry is RunEvents stored ? stored.Events : null;

    /// <inheritdoc />
    protected override object ToSnapshot() => new RunShardSnapshot(_machine.ToSnapshot());

    /// <inheritdoc />
    protected override void Restore(object snapshot) => _machine.Restore(((RunShardSnapshot)snapshot).Ledger);

    /// <inheritdoc />
    protected override int SizeOf(RunEvent decided) => RunShard.SizeOf(decided);

    /// <inheritdoc />
    protected override void OnRecovered() =>
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, typeof(ClusterEvent.IMemberEvent));

    /// <inheritdoc />
    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        base.PostStop();
    }

    /// <inheritdoc />
    protected override object? Translate(object message)
    {
        switch (message)
        {
            case ClusterEvent.MemberRemoved removed:
                _gone.Add(ToMember(removed.Member.UniqueAddress));
                return Members();
            case ClusterEvent.IMemberEvent or ClusterEvent.CurrentClusterState: return Members();
            default: return message;
        }
    }

    /// <inheritdoc />
    protected override void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case AskHistory ask:
                HistoryLookup.AnswerAsync(_history, ask)
                    .PipeTo(Self, Self, answer => answer,
                        cause => new HistoryFailed(ask.Question, cause.GetBaseException().Message));
                break;
            case LoadRun load:
                _history.GetAsync(load.Id, CancellationToken.None)
                    .PipeTo(Self, Self, run => new RunLoaded(load.Question, run),
                        cause => new HistoryFailed(load.Question, cause.GetBaseException().Message));
                break;
            case WriteHistory write: _historyWriter.Tell(new WriteRuns(write.Runs)); break;
            default: base.CarryOut(effect); break;
        }
    }

    private MembersAre Members() => new([.. _cluster.State.Members.Select(member => ToMember(member.UniqueAddress))], _gone.All);

    private static CoreMember ToMember(UniqueAddress node) => new(NodeName.Of(node.Address), node.Uid);
}
