using ActorCron.Simulation.Engine;

namespace ActorCron.Simulation.Scenarios;

/// <summary>Draws the product's settings; half of the seeds have tiny or extreme ones.</summary>
public static class KnobMaker
{
    public static Knobs Of(Draws draws, bool extreme) => extreme
        ? new Knobs
        {
            SnapshotEvery = draws.Pick(1, 2, 3, 10, 500),
            Concurrency = draws.Pick(1, 2, 4, 16),
            Prefetch = draws.Pick(1, 2, 16),
            ConfirmWindow = draws.Pick(1, 2, 3, 100),
            CatchUpRate = draws.Pick(5, 20, 500),
            UntakenAfterMs = draws.Pick(3_000, 10_000, 30_000),
            ReconcileMs = draws.Pick(1_000, 3_000, 15_000),
            DrainMs = draws.Pick(500, 3_000, 20_000),
            CancelGraceMs = draws.Pick(1_000, 5_000, 15_000),
            AckWithinMs = draws.Pick(500, 2_000, 10_000),
            DetectMs = draws.Pick(3_000, 5_000, 12_000),
            SilenceMs = draws.Pick(2_000, 4_000, 60_000),
            RemindMs = draws.Pick(1_000, 5_000),
            FewLimit = draws.Pick(0, 1, 2, 3),
            SlowRate = draws.Pick(0, 1, 3),
        }
        : new Knobs { DetectMs = 5_000, SilenceMs = 20_000, FewLimit = draws.Pick(0, 2, 4), SlowRate = draws.Pick(0, 0, 5) };
}

/// <summary>Draws how often things go wrong by themselves.</summary>
public static class RateMaker
{
    public static Rates Of(Draws draws) => new()
    {
        NetworkDelay = draws.Pick(200, 500, 2_000, 20_000, 100_000),
        NetworkLoss = draws.Pick(0, 0, 10, 100, 500),
        NetworkTwice = draws.Pick(0, 0, 0, 0, 100),
        NetworkReorder = draws.Pick(0, 0, 0, 0, 100),
        StoreDelay = draws.Pick(500, 2_000, 10_000, 100_000),
        StoreFails = draws.Pick(0, 0, 10, 100, 500),
        StoreAnswerLost = draws.Pick(0, 0, 10, 100, 300),
        SnapshotFails = draws.Pick(0, 0, 1000, 5000),
        DeleteFails = draws.Pick(0, 0, 1000, 5000),
        HistoryDelay = draws.Pick(1_000, 3_000, 50_000, 500_000),
        HistoryFails = draws.Pick(0, 0, 100, 2000),
        BrokerDelay = draws.Pick(200, 500, 5_000, 50_000),
        ConfirmLost = draws.Pick(0, 0, 50, 300),
        Nack = draws.Pick(0, 0, 100),
        MessageGone = draws.Pick(0, 0, 50, 300),
        ShardMessageLost = draws.Pick(0, 0, 50, 300),
        TimerLate = draws.Pick(0, 0, 100, 1000),
        TimerTwice = draws.Pick(0, 0, 100, 1000),
    };
}

/// <summary>Draws what goes wrong when, to whom.</summary>
public static class FaultMaker
{
    public static List<FaultRow> Of(Draws draws, int active, int nodes, bool onlyOne, bool liveness)
    {
        var kinds = Enum.GetValues<FaultKind>();
        var on = onlyOne ? [draws.Pick(kinds)] : kinds.Where(_ => draws.Below(4) == 0).ToArray();
        var rows = new List<FaultRow>();
        var count = on.Length == 0 ? 0 : draws.Between(1, 3 + (active / 6000));
        for (var i = 0; i < count; i++)
        {
            var kind = draws.Pick(on);
            rows.Add(new FaultRow(draws.Between(2000, active - 1000), kind, draws.Below(nodes), Length(draws, kind), draws.Below(1000)));
        }
        if (liveness) rows.Add(Lasting(draws, active, nodes));
        rows.Sort((a, b) => a.AtMs != b.AtMs ? a.AtMs.CompareTo(b.AtMs) : StringComparer.Ordinal.Compare(a.ToString(), b.ToString()));
        return rows;
    }

    private static FaultRow Lasting(Draws draws, int active, int nodes) =>
        new(draws.Between(active / 2, active), draws.Pick(FaultKind.Crash, FaultKind.Freeze, FaultKind.PartitionOne, FaultKind.PartitionOneWay), draws.Below(nodes), FaultRow.ForGood);

    private static int Length(Draws draws, FaultKind kind) => kind switch
    {
        FaultKind.ClockStep or FaultKind.ClockOffset => draws.Pick(200, 1000, 3000, 5000),
        FaultKind.StoreStall => draws.Pick(200, 1000, 4000, 12_000),
        FaultKind.MoveShards => draws.Pick(50, 500, 3000),
        _ => draws.Pick(300, 1500, 4000, 8000, 15_000, 25_000),
    };
}
