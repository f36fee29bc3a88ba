using System.Collections.Immutable;

namespace ActorCron.Hosting.Configuration;

/// <summary>All of <c>actorcron { }</c>, checked. Holds secrets; no <c>ToString</c> prints one.</summary>
public sealed record NodeSettings
{
    /// <summary>Of <c>scheduler</c> and <c>worker</c>; none for a node that only answers HTTP.</summary>
    public required ImmutableArray<string> Roles { get; init; }
    /// <summary>Absolute. Holds the SQLite store and its lock.</summary>
    public required string DataDir { get; init; }
    /// <summary>How long running jobs may go on after a stop was asked for.</summary>
    public required TimeSpan DrainTimeout { get; init; }
    public required HttpSettings Http { get; init; }
    public required StoreSettings Store { get; init; }
    public required BrokerSettings Broker { get; init; }
    public required SchedulerSettings Scheduler { get; init; }
    public required WorkerSettings Worker { get; init; }
    /// <summary>By queue name; a queue that is not named has no limits and is served by the cluster's workers.</summary>
    public required ImmutableSortedDictionary<string, QueueSettings> Queues { get; init; }
    public required JobsSettings Jobs { get; init; }
    public required RetentionSettings Retention { get; init; }
    public required ClusterSettings Cluster { get; init; }

    public bool IsScheduler => Roles.Contains("scheduler");
    public bool IsWorker => Roles.Contains("worker");

    /// <summary>Whether this node cannot share its work: its store or its broker lives inside it.</summary>
    public bool IsSingleNode => Store.Kind == StoreKind.Sqlite || Broker.Kind == BrokerKind.Embedded;

    /// <summary>The queue's settings, or the defaults.</summary>
    public QueueSettings Queue(string name) => Queues.GetValueOrDefault(name, QueueSettings.Default);

    /// <summary>How long the phase of the shutdown lasts in which the worker drains: running jobs may end within the drain timeout; those that are
    /// left have 30 s to heed their cancellation, so that the next attempt does not overlap them, and their ends are stored.</summary>
    public TimeSpan DrainPhase => DrainTimeout + TimeSpan.FromSeconds(40);

    /// <summary>How long a stop may take in all: draining, leaving the cluster, ending. The host must wait longer than this.</summary>
    public TimeSpan StopTimeout => DrainPhase + TimeSpan.FromSeconds(80);
}

/// <summary>What of <c>akka { }</c> the node itself needs to know.</summary>
/// <param name="Hostname">The address that other nodes use.</param>
/// <param name="Port">0 for any free port.</param>
/// <param name="SeedNodes">In the configured order.</param>
public sealed record ClusterSettings(string Hostname, int Port, ImmutableArray<string> SeedNodes);
