using System.Diagnostics;
using System.Text;
using ActorCron.Actors.Gateway;
using ActorCron.Node.Api;

namespace ActorCron.Node.Metrics;

/// <summary>What a look at node and cluster gives, at the moment of asking.</summary>
internal static class NodeMetrics
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    /// <summary>Appends the process, then the cluster as far as it answers in time.</summary>
    public static async Task WriteAsync(StringBuilder text, ApiContext api, CancellationToken cancellationToken)
    {
        WriteProcess(text);
        var ready = false;
        if (api.Link.IsConnected)
        {
            try
            {
                WriteCluster(text, api.Gateway.GetCluster());
                WriteQueues(text, await api.Gateway.GetQueuesAsync(cancellationToken).WaitAsync(Longest, api.Time, cancellationToken));
                ready = (await api.Gateway.GetReadinessAsync(cancellationToken).WaitAsync(Longest, api.Time, cancellationToken)).IsReady;
            }
            catch (Exception e) when (e is UnavailableException or TimeoutException)
            {
                // Not ready says it.
            }
        }
        PrometheusText.Gauge(text, "actorcron_ready", "1 when cluster, store and broker answer.", ready ? 1 : 0);
    }

    private static void WriteProcess(StringBuilder text)
    {
        using var process = Process.GetCurrentProcess();
        PrometheusText.Gauge(text, "process_resident_memory_bytes", "Resident memory.", process.WorkingSet64);
        PrometheusText.Head(text, "process_cpu_seconds_total", "counter", "CPU time used.");
        PrometheusText.Line(text, "process_cpu_seconds_total", "", process.TotalProcessorTime.TotalSeconds);
        PrometheusText.Gauge(text, "process_start_time_seconds", "Start, in seconds since 1970.", new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1000.0);
        PrometheusText.Gauge(text, "dotnet_gc_heap_bytes", "Managed heap.", GC.GetTotalMemory(forceFullCollection: false));
        PrometheusText.Gauge(text, "dotnet_thread_pool_threads", "Threads of the pool.", ThreadPool.ThreadCount);
        PrometheusText.Gauge(text, "dotnet_thread_pool_queue_length", "Work that waits for a thread.", ThreadPool.PendingWorkItemCount);
    }

    private static void WriteCluster(StringBuilder text, ClusterView cluster)
    {
        PrometheusText.Head(text, "actorcron_cluster_members", "gauge", "Members of the cluster by status, as this node sees them.");
        foreach (var status in cluster.Members.GroupBy(member => member.Status, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
            PrometheusText.Line(text, "actorcron_cluster_members", PrometheusText.Label("status", status.Key), status.Count());
        PrometheusText.Gauge(text, "actorcron_cluster_unreachable", "Members that this node cannot reach.", cluster.Members.Count(member => !member.Reachable));
        PrometheusText.Gauge(text, "actorcron_scheduler", "1 on the node that dispatches.", cluster.Scheduler == cluster.Self ? 1 : 0);
        PrometheusText.Gauge(text, "actorcron_scheduler_known", "1 while some node dispatches.", cluster.Scheduler is null ? 0 : 1);
    }

    private static void WriteQueues(StringBuilder text, IReadOnlyList<QueueView> queues)
    {
        Each("actorcron_queue_depth", "Messages that wait at the broker.", queue => queue.Depth);
        Each("actorcron_queue_backlog", "Runs that the scheduler still holds back.", queue => queue.Backlog);
        Each("actorcron_queue_consumers", "Consumers.", queue => queue.Consumers);
        Each("actorcron_queue_running", "Runs in execution.", queue => queue.Running);
        Each("actorcron_queue_dead", "Dead letters.", queue => queue.Dead);

        void Each(string name, string description, Func<QueueView, double> value)
        {
            if (queues.Count == 0) return;
            PrometheusText.Head(text, name, "gauge", description);
            foreach (var queue in queues) PrometheusText.Line(text, name, PrometheusText.Label("queue", queue.Queue), value(queue));
        }
    }
}
