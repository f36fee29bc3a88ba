using System.Collections.Immutable;
using ActorCron.Actors.Running;
using ActorCron.Actors.Serialization;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using Akka.Actor;
using Akka.Cluster;

namespace ActorCron.Actors.Scheduling;

/// <summary>Deals the permits of limited queues to the workers of the cluster; lives beside the scheduler.</summary>
public sealed class QueueLimiter : ReceiveActor
{
    private readonly IReadOnlyDictionary<string, QueueLimit> _limits;
    private readonly TimeProvider _time;
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly Dictionary<string, QueuePermits> _permits = [];
    private readonly Dictionary<string, HashSet<string>> _servers = [];
    private readonly Dictionary<string, long> _lastAnswer = [];
    private readonly DateTimeOffset _startedAt;
    private long _answers;

    public QueueLimiter(IReadOnlyDictionary<string, QueueLimit> limits, TimeProvider time)
    {
        (_limits, _time, _startedAt) = (limits, time, time.GetUtcNow());
        // No answer of this limiter bears the number of one of its predecessor's.
        _answers = _startedAt.UtcTicks;
        Receive<AskPermits>(OnAsk);
        Receive<ClusterEvent.MemberRemoved>(removed => Forget(Name(removed.Member.UniqueAddress)));
        Receive<ClusterEvent.CurrentClusterState>(_ => { });
    }

    protected override void PreStart() => _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, typeof(ClusterEvent.MemberRemoved));
    protected override void PostStop() => _cluster.Unsubscribe(Self);

    private static string Name(UniqueAddress node) => $"{RunShardActor.NodeOf(node.Address)}#{node.Uid}";

    private void OnAsk(AskPermits ask)
    {
        var node = $"{ask.Node}#{ask.Incarnation}";
        var hasHeard = ask.Heard is null || ask.Heard == _lastAnswer.GetValueOrDefault(node, ask.Heard.Value);
        _lastAnswer[node] = ++_answers;
        var heardAll = _cluster.State.Members.Where(member => member.HasRole("worker")).All(member => _lastAnswer.ContainsKey(Name(member.UniqueAddress)));
        Sender.Tell(new Permits([.. ask.Queues.Select(queue => GrantFor(node, queue, hasHeard, heardAll)).OfType<QueueGrant>()], _answers));
    }

    private QueueGrant? GrantFor(string node, QueueNeed need, bool hasHeard, bool heardAll)
    {
        if (!_limits.TryGetValue(need.Queue, out var limit)) return null;
        if (!_permits.TryGetValue(need.Queue, out var permits)) _permits[need.Queue] = permits = new QueuePermits(limit, _startedAt);
        if (!_servers.TryGetValue(need.Queue, out var servers)) _servers[need.Queue] = servers = [];
        servers.Add(node);
        var grant = permits.Ask(node, new(need.Holding, need.MayHold, need.UnusedStarts, hasHeard, need.Waiting is not 0), servers.Count, heardAll, _time.GetUtcNow());
        return new QueueGrant(need.Queue, grant.Concurrency, grant.Starts);
    }

    private void Forget(string node)
    {
        foreach (var permits in _permits.Values) permits.Forget(node);
        foreach (var servers in _servers.Values) servers.Remove(node);
        _lastAnswer.Remove(node);
    }
}
