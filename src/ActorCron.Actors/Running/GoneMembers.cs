using System.Collections.Immutable;
using ActorCron.Actors.Nodes;
using Akka.Actor;
using Member = ActorCron.Core.Shards.Member;

namespace ActorCron.Actors.Running;

/// <summary>Members that this node has seen leave or be removed, the last hundred. A shard that comes to this node later needs to know: the
/// attempts of a node that it never saw might be those of one that is new. Safe to use from any thread.</summary>
public sealed class GoneMembers : IExtension
{
    private const int Most = 100;

    private ImmutableArray<Member> _gone = [];

    /// <summary>Those of a node.</summary>
    public static GoneMembers Of(ActorSystem system) => system.WithExtension<GoneMembers, Provider>();

    /// <summary>The oldest first.</summary>
    public ImmutableArray<Member> All => _gone;

    /// <summary>A member has been removed.</summary>
    public void Add(Member member) => ImmutableInterlocked.Update(ref _gone, static (gone, one) => With(gone, one), member);

    private static ImmutableArray<Member> With(ImmutableArray<Member> gone, Member member) =>
        gone.Contains(member) ? gone : gone.Length < Most ? gone.Add(member) : gone.RemoveAt(0).Add(member);

    /// <summary>Makes it once a node.</summary>
    public sealed class Provider : ExtensionIdProvider<GoneMembers>
    {
        /// <inheritdoc />
        public override GoneMembers CreateExtension(ExtendedActorSystem system)
        {
            var gone = new GoneMembers();
            system.SystemActorOf(Props.Create(() => new Watch(gone)), "actorcron-gone-members");
            return gone;
        }
    }

    // Also while no shard lives here.
    private sealed class Watch : ReceiveActor
    {
        public Watch(GoneMembers gone)
        {
            Akka.Cluster.Cluster.Get(Context.System).Subscribe(Self, typeof(Akka.Cluster.ClusterEvent.MemberRemoved));
            Receive<Akka.Cluster.ClusterEvent.MemberRemoved>(removed =>
                gone.Add(new Member(NodeName.Of(removed.Member.UniqueAddress.Address), removed.Member.UniqueAddress.Uid)));
            Receive<Akka.Cluster.ClusterEvent.CurrentClusterState>(_ => { });
        }
    }
}
