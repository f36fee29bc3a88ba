using ActorCron.Core.Scheduling;
using ActorCron.Simulation.Hosting;

namespace ActorCron.Simulation.Judging;

/// <summary>What must hold when the faults are over and everything has had its time.</summary>
public static class QuietCheck
{
    /// <summary>Whether nothing is under way any more.</summary>
    public static bool IsSettled(World world)
    {
        if (SchedulerOf(world) is not { Dispatcher: not null }) return false;
        foreach (var run in world.Oracle.Runs)
            if (run.Recorded is null or "Dispatched" or "Running" or "Retrying" || (run.End is not null && run.End != run.Recorded)) return false;
        return world.Oracle.HasAllVerdicts();
    }

    public static void All(World world)
    {
        world.Oracle.CheckQuiet();
        if (SchedulerOf(world) is not { } group) throw new BrokenPromiseException("the cluster has a scheduler", "none acts when all is quiet", "");
        foreach (var row in world.Scenario.Schedules) CheckStored(world, group, row.Id);
    }

    private static void CheckStored(World world, SchedulerGroup group, string id)
    {
        if (world.Oracle.ScheduleOf(id).At(world.Loop.Now) is not { } wanted) return;
        var partition = group.Partitions[Core.Schedules.CatalogPartitions.Of(id)];
        var entry = ((CatalogSnapshot)partition.Capture()).Entries.FirstOrDefault(entry => entry.Schedule.Id == id);
        if ((entry is not null) != wanted.Exists) throw new BrokenPromiseException("acknowledged means durable", $"{id} was acknowledged as {wanted}, but it is {(entry is null ? "not there" : "there")}", id);
        if (entry is not null && ((wanted.Stamp.Length > 0 && entry.Schedule.Description != wanted.Stamp) || entry.Schedule.Paused != wanted.Paused))
            throw new BrokenPromiseException("acknowledged means durable", $"{id} was acknowledged as {wanted}, but it is '{entry.Schedule.Description}', paused: {entry.Schedule.Paused}", id);
    }

    private static SchedulerGroup? SchedulerOf(World world)
    {
        foreach (var member in world.Cluster.Members)
            if (!member.IsFrozen && world.ActorsOf(member)?.Scheduler is { } group) return group;
        return null;
    }
}
