using ActorCron.Core.Schedules;
using CsCheck;
using static ActorCron.Core.Tests.Scheduling.Answers;

namespace ActorCron.Core.Tests.Scheduling;

/// <summary>Random lives of a scheduler: schedules come, change, pause and resume; ticks stall halfway; clocks are off for a while; it ends at any moment.</summary>
public class CrashWalkTests
{
    private static readonly string[] Rules = ["* * * * * *", "*/7 * * * * *", "0 * * * * *"];

    private static readonly Gen<(int Kind, int Value)[]> Walks = Gen.Select(Gen.Int[0, 11], Gen.Int[0, 100]).Array[1, 60];

    [Fact]
    public void Every_occurrence_that_was_in_force_is_on_record_however_often_the_scheduler_ends() => Walks.Sample(walk =>
    {
        var world = new SchedulingWorld { Seconds = 0.25 };
        world.Crash();
        foreach (var (kind, value) in walk) Do(world, kind, value, clocks: false);
        Settle(world);

        foreach (var (id, partition) in new[] { ("a", 0), ("b", 1) })
            if (world.EntryOf(id, partition) is { } entry) AssertAllOnRecord(world, entry);
    }, iter: 400);

    [Fact]
    public void A_schedule_that_is_never_changed_loses_and_repeats_nothing_whatever_the_clocks_do() => Walks.Sample(walk =>
    {
        var world = new SchedulingWorld { Seconds = 0.25 };
        world.Crash();
        world.Put(Every("*/3 * * * * *", "kept"), partition: 1);
        foreach (var (kind, value) in walk) Do(world, kind, value, clocks: true);
        Settle(world);

        AssertAllOnRecord(world, world.EntryOf("kept", 1)!);
    }, iter: 400);

    private static void Do(SchedulingWorld world, int kind, int value, bool clocks)
    {
        var (id, partition) = value % 2 == 0 ? ("a", 0) : ("b", 1);
        var entry = world.EntryOf(id, partition);
        switch (kind)
        {
            // A rule that is edited during a pause owes nothing of the time before: that is its own story.
            case 0 or 1 when entry is not { Schedule.Paused: true }:
                world.Put(Every(Rules[value % Rules.Length], id) with { Jitter = TimeSpan.FromSeconds(value % 3 == 0 ? value % 20 : 0) }, partition);
                break;
            case 2 when entry is not null: world.Pause(id, true, partition); break;
            case 3 when entry is not null: world.Pause(id, false, partition); break;
            case 4: world.Crash(); break;
            case 5: world.RegisterOnly = value % 5; break;
            case 6: world.Resume(); break;
            case 7 when clocks: world.ClockOff = TimeSpan.FromSeconds(value - 50); break;
            case 8 when clocks: world.ClockOff = TimeSpan.Zero; break;
            case 9: world.Advance(value); break;
            default: world.Advance(value / 25.0); break;
        }
    }

    private static void Settle(SchedulingWorld world)
    {
        world.ClockOff = TimeSpan.Zero;
        world.Crash();
        world.Advance(200);
    }

    private static void AssertAllOnRecord(SchedulingWorld world, CatalogEntry entry)
    {
        var until = world.Now.Utc - TimeSpan.FromSeconds(60);
        foreach (var occurrence in ScheduleHistory.Between(entry, Start, until, 100_000))
        {
            if (!occurrence.Exists || occurrence.Paused || occurrence.At <= entry.CreatedAt) continue;
            var id = Core.Runs.RunId.ForOccurrence(entry.Schedule.Id, occurrence.At);
            Assert.True(world.Records.ContainsKey(id), $"{id} is on no record");
        }
    }
}
