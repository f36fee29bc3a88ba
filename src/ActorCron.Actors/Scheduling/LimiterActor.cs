using System.Globalization;
using ActorCron.Actors.Shells;
using ActorCron.Core.Limits;
using Akka.Cluster;

namespace ActorCron.Actors.Scheduling;

/// <summary>The shell of <see cref="Limiter"/>: tells it which workers are members of the cluster.</summary>
public sealed class LimiterActor : MachineActor
{
    private const string WorkerRole = "worker";
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly SortedSet<string> _workers = new(StringComparer.Ordinal);

    /// <param name="epoch">Of the scheduler that it belongs to.</param>
    /// <param name="limits">By queue.</param>
    /// <param name="time">The clock.</param>
    public LimiterActor(long epoch, IReadOnlyDictionary<string, QueueLimit> limits, TimeProvider time) : base(new Limiter(epoch, limits), time)
    {
    }

    /// <inheritdoc />
    protected override void PreStart()
    {
        base.PreStart();
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, typeof(ClusterEvent.IMemberEvent));
    }

    /// <inheritdoc />
    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        base.PostStop();
    }

    /// <inheritdoc />
    protected override object Translate(object message) => message switch
    {
        ClusterEvent.CurrentClusterState state => OnState(state),
        ClusterEvent.MemberRemoved removed => OnRemoved(removed.Member),
        ClusterEvent.IMemberEvent changed => OnChanged(changed.Member),
        _ => message,
    };

    private WorkersAre OnState(ClusterEvent.CurrentClusterState state)
    {
        foreach (var member in state.Members) OnChanged(member);
        return Now();
    }

    private WorkersAre OnChanged(Member member)
    {
        if (member.HasRole(WorkerRole)) _workers.Add(NameOf(member));
        return Now();
    }

    private WorkersAre OnRemoved(Member member)
    {
        _workers.Remove(NameOf(member));
        return Now();
    }

    private WorkersAre Now() => new([.. _workers]);

    private static string NameOf(Member member) =>
        WorkersAre.NameOf(string.Create(CultureInfo.InvariantCulture, $"{member.Address.Host}:{member.Address.Port}"), member.UniqueAddress.Uid);
}
