using System.Text.Json;
using System.Text.Json.Serialization;

namespace ActorCron.Simulation.Scenarios;

/// <summary>All that decides a run of the simulator. A seed makes one; a failing one is printed and saved, and shrinking deletes rows of it.
/// Times are milliseconds of virtual time since the run began.</summary>
public sealed record Scenario
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };

    public ulong Seed { get; init; }
    public int Nodes { get; init; } = 3;
    /// <summary>When schedules and faults end.</summary>
    public int ActiveMs { get; init; } = 90_000;
    /// <summary>How long all may take to settle.</summary>
    public int QuietMs { get; init; } = 120_000;
    /// <summary>Faults that never heal: a majority is whole at the end, the others stay as they are.</summary>
    public bool Liveness { get; init; }
    public Knobs Knobs { get; init; } = new();
    public Rates Rates { get; init; } = new();
    public IReadOnlyList<ScheduleRow> Schedules { get; init; } = [];
    public IReadOnlyList<CommandRow> Commands { get; init; } = [];
    public IReadOnlyList<FaultRow> Faults { get; init; } = [];

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public static Scenario FromJson(string text) => JsonSerializer.Deserialize<Scenario>(text, Json) ?? throw new FormatException("not a scenario");
}

/// <summary>Settings of the product. Half of the seeds make them tiny or extreme.</summary>
public sealed record Knobs
{
    public int SnapshotEvery { get; init; } = 500;
    public int Concurrency { get; init; } = 8;
    public int Prefetch { get; init; } = 16;
    public int ConfirmWindow { get; init; } = 100;
    public int CatchUpRate { get; init; } = 500;
    public int UntakenAfterMs { get; init; } = 20_000;
    public int ReconcileMs { get; init; } = 5_000;
    public int DrainMs { get; init; } = 8_000;
    public int CancelGraceMs { get; init; } = 10_000;
    public int AckWithinMs { get; init; } = 10_000;
    public int DetectMs { get; init; } = 5_000;
    public bool DurableBroker { get; init; } = true;
    /// <summary>After this long without a sign of life a writer takes itself for replaced.</summary>
    public int SilenceMs { get; init; } = 60_000;
    /// <summary>How long a dispatcher may take to say 'published'. What follows from it is drawn in too.</summary>
    public int RemindMs { get; init; } = 5_000;
    /// <summary>The limit of queue <c>few</c>; 0 for none.</summary>
    public int FewLimit { get; init; }
    /// <summary>Starts a second of queue <c>slow</c>; 0 for no limit.</summary>
    public int SlowRate { get; init; }
}

/// <summary>How often things go wrong by themselves, in 10,000; delays in microseconds.</summary>
public sealed record Rates
{
    public int NetworkDelay { get; init; } = 500;
    public int NetworkLoss { get; init; }
    public int NetworkTwice { get; init; }
    public int NetworkReorder { get; init; }
    public int StoreDelay { get; init; } = 2_000;
    public int StoreFails { get; init; }
    public int StoreAnswerLost { get; init; }
    public int SnapshotFails { get; init; }
    public int DeleteFails { get; init; }
    public int HistoryDelay { get; init; } = 3_000;
    public int HistoryFails { get; init; }
    public int BrokerDelay { get; init; } = 500;
    public int ConfirmLost { get; init; }
    public int Nack { get; init; }
    public int MessageGone { get; init; }
    public int ShardMessageLost { get; init; }
    public int TimerLate { get; init; }
    public int TimerTwice { get; init; }
}

public enum Overlap { Allow, Skip, Queue, Replace }

public enum CatchUpKind { All, Latest, None }

/// <summary>A schedule and what its handler is like.</summary>
public sealed record ScheduleRow
{
    public required string Id { get; init; }
    /// <summary>Seconds between occurrences; a divisor of 60.</summary>
    public int PeriodSeconds { get; init; } = 5;
    /// <summary>Whether it is written as an interval (<c>every</c>) and not as a cron rule with seconds.</summary>
    public bool IsInterval { get; init; }
    public Overlap Overlap { get; init; }
    public bool AtMostOnce { get; init; }
    public int MaxAttempts { get; init; } = 1;
    public int RetryMs { get; init; } = 1_000;
    public CatchUpKind CatchUp { get; init; }
    public int CatchUpMs { get; init; } = 600_000;
    public int JitterMs { get; init; }
    public int TimeoutMs { get; init; } = 3_600_000;
    public string Queue { get; init; } = "default";
    public int CreatedMs { get; init; }
    /// <summary>No occurrence after this.</summary>
    public int EndsMs { get; init; } = 90_000;
    public int HandlerMs { get; init; } = 50;
    /// <summary>In 10,000.</summary>
    public int HandlerFails { get; init; }
    /// <summary>Takes no notice of its cancellation, in 10,000.</summary>
    public int HandlerDeaf { get; init; }
}

public enum CommandKind { Edit, Pause, Resume, Trigger, Backfill, Cancel, Retry, Remove, PutAgain, Foreign }

/// <summary>What a client asks for.</summary>
public sealed record CommandRow(int AtMs, CommandKind Kind, int Schedule, int Argument, bool Impatient = false);

public enum FaultKind
{
    Crash, CrashAll, Freeze, Stop, PartitionHalves, PartitionOne, PartitionOneWay, StoreStall, StoreAway, BrokerAway, BrokerLosesChannel, Purge,
    MessagesGone, HistoryAway, HistorySlow, ClockStep, ClockOffset, RestartShard, RestartWorker, RestartScheduler, MoveShards, LoseMessages, Prune,
}

/// <summary>Something that goes wrong, when, for how long, to whom.</summary>
public sealed record FaultRow(int AtMs, FaultKind Kind, int Node, int LengthMs, int Argument = 0)
{
    /// <summary>The length of a fault that never heals.</summary>
    public const int ForGood = -1;
}
