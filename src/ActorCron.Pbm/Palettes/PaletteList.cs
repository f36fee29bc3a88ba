using System.CommandLine;
using ActorCron.Pbm.Palettes.Actor;
using ActorCron.Pbm.Palettes.Cluster;
using ActorCron.Pbm.Palettes.Cron;
using ActorCron.Pbm.Palettes.Log;
using ActorCron.Pbm.Palettes.Queue;
using ActorCron.Pbm.Palettes.Run;
using ActorCron.Pbm.Palettes.Sharding;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes;

/// <summary>The palettes in the order of the help.</summary>
internal static class PaletteList
{
    public static IEnumerable<Command> All(PbmContext pbm) =>
    [
        Of("cron", "Schedules: add, change, import, look at, explain, pause, run now.",
            new CronAdd(pbm), new CronSet(pbm), new CronEdit(pbm), new CronImport(pbm), new CronExport(pbm), new CronList(pbm), new CronShow(pbm), new CronNext(pbm), new CronExplain(pbm),
            new CronWhy(pbm), new CronDue(pbm), new CronTrigger(pbm), CronSwitch.Pause(pbm), CronSwitch.Resume(pbm), new CronBackfill(pbm), new CronRemove(pbm)),
        Of("run", "Runs: what was executed, when, with what result.",
            new RunList(pbm), new RunShow(pbm), new RunOutput(pbm), new RunTail(pbm), RunSwitch.Cancel(pbm), RunSwitch.Retry(pbm)),
        Of("queue", "Queues: depth, consumers, dead letters.",
            new QueueList(pbm), new QueueDead(pbm), new QueueRequeue(pbm), new QueuePurge(pbm)),
        Of("cluster", "Members: who is in, who leads, join, leave, down.",
            new ClusterShow(pbm), new ClusterStatus(pbm), ClusterRole.Leader(pbm), ClusterRole.Scheduler(pbm), ClusterChange.Join(pbm), ClusterChange.Leave(pbm),
            ClusterChange.Down(pbm), new ClusterDownUnreachable(pbm), new ClusterTail(pbm)),
        Of("cluster-sharding", "Shard regions and how the shards are spread.",
            new ListRegions(pbm), new ListShards(pbm), new RegionStats(pbm)),
        Of("actor", "The actors of the node.", new ActorHierarchy(pbm)),
        Of("log", "The node's log.", new LogTail(pbm), new LogLevel(pbm)),
    ];

    private static PbmCommand Of(string name, string description, params ReadOnlySpan<Command> commands)
    {
        var palette = new PbmCommand(name, description);
        foreach (var command in commands) palette.Subcommands.Add(command);
        return palette;
    }
}
