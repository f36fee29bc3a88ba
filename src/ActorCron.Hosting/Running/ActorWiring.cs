using ActorCron.Actors.Serialization;
using ActorCron.Core.Messages;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using Akka.DistributedData;

namespace ActorCron.Hosting.Running;

/// <summary>Our serializers, and the defaults of the Akka modules that do not load theirs by themselves.</summary>
internal static class ActorWiring
{
    public static Config Config { get; } = ConfigurationFactory.ParseString($$"""
        akka.actor {
          serializers.actorcron = "{{typeof(ActorCronSerializer).AssemblyQualifiedName!.Split(", Version")[0]}}"
          serialization-bindings { "{{typeof(IWireMessage).AssemblyQualifiedName!.Split(", Version")[0]}}" = actorcron }
          serialization-identifiers { "{{typeof(ActorCronSerializer).AssemblyQualifiedName!.Split(", Version")[0]}}" = {{ActorCronSerializer.Id}} }
        }
        """);

    public static Config ModuleDefaults { get; } = ClusterSharding.DefaultConfig()
        .WithFallback(ClusterSingleton.DefaultConfig())
        .WithFallback(DistributedData.DefaultConfig());
}
