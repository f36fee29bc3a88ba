using ActorCron.Core.Time;
using ActorCron.Tests.Fixtures;
using Mono.Cecil;

namespace ActorCron.Core.Tests;

public sealed class ArchitectureTests
{
    private const string BelowMachines = "Text Json Time Jobs Schedules Runs Batches Machines Messages";

    private static readonly string Assembly = typeof(TimeRule).Assembly.Location;

    private static readonly FolderArrows Folders = new("ActorCron.Core",
        ("Text", ""),
        ("Machines", ""),
        ("Json", "Text"),
        ("Time", "Text"),
        ("Jobs", "Text Json"),
        ("Schedules", "Text Time Jobs"),
        ("Runs", "Text Time Jobs Schedules"),
        ("Batches", "Text Json Jobs Runs"),
        ("Messages", "Machines Jobs Schedules Runs Batches"),
        ("Shards", BelowMachines),
        ("Limits", BelowMachines),
        ("Dispatching", BelowMachines + " Limits"),
        ("Working", BelowMachines),
        ("Scheduling", BelowMachines),
        ("Crontabs", "Text Json Time Jobs Schedules"),
        ("Documents", "Text Json Time Jobs Schedules Runs Batches"));

    // Whatever gives another answer the next time, on another node or in another process; and whatever waits.
    private static readonly string[] BannedTypes =
    [
        "System.Threading.", "System.Collections.Concurrent.", "System.Random", "System.HashCode", "System.TimeProvider", "System.Diagnostics.Stopwatch",
        "System.Console", "System.IO.File", "System.IO.Directory", "System.Net.",
    ];

    private static readonly string[] BannedMembers =
    [
        "System.Guid::NewGuid", "System.Guid::CreateVersion7", "System.DateTime::get_Now", "System.DateTime::get_UtcNow", "System.DateTime::get_Today",
        "System.DateTimeOffset::get_Now", "System.DateTimeOffset::get_UtcNow", "System.Environment::get_TickCount", "System.Environment::get_TickCount64",
        "System.Environment::get_MachineName", "System.String::GetHashCode", "System.Object::GetHashCode", "System.TimeZoneInfo::get_Local",
        "System.Globalization.CultureInfo::get_CurrentCulture", "System.Linq.ParallelEnumerable::AsParallel",
    ];

    // Ports that adapters and users implement; what handlers write to from their own threads; tables that only let equal values share one
    // instance, whatever the order.
    private static readonly string[] Excused = ["IRunHistory", "IJobHandler", "JobOutput", "CronRule", "ZoneClock", "ZoneNames"];

    [Fact]
    public void The_core_needs_nothing_but_the_base_class_library()
    {
        using var core = ModuleDefinition.ReadModule(Assembly);

        Assert.All(core.AssemblyReferences, reference => Assert.StartsWith("System.", reference.Name + ".", StringComparison.Ordinal));
    }

    [Fact]
    public void The_folders_of_the_core_use_each_other_in_one_direction() => None(Folders.Faults(Assembly));

    [Fact]
    public void The_core_reads_no_clock_draws_no_random_number_and_waits_for_nothing()
    {
        using var core = ModuleDefinition.ReadModule(Assembly);

        var faults = References.In(core).Where(use => !Excused.Contains(use.By.Name)).Where(IsBanned)
            .Select(use => $"{use.By.FullName}.{use.Inside} uses {use.Member?.FullName ?? use.Type.FullName}").Distinct();

        None(faults);
    }

    private static void None(IEnumerable<string> faults) => Assert.True(!faults.Any(), string.Join(Environment.NewLine, faults));

    // Hash codes stay inside equality, where the process that made them is the one that compares them.
    private static bool IsBanned(References.Use use) => use.Inside != "GetHashCode"
        && (BannedTypes.Any(banned => use.Type.FullName.StartsWith(banned, StringComparison.Ordinal))
            || (use.Member is { } member && BannedMembers.Contains($"{use.Type.FullName}::{member.Name}")));
}
