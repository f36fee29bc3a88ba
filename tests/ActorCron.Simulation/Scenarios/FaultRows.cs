namespace ActorCron.Simulation.Scenarios;

/// <summary>What rows of a scenario say together.</summary>
public static class FaultRows
{
    /// <summary>How far a clock may be off at most, in milliseconds, by all that is asked for.</summary>
    public static int LargestSkew(this Scenario scenario)
    {
        var sum = 0;
        foreach (var fault in scenario.Faults)
            if (fault.Kind is FaultKind.ClockStep or FaultKind.ClockOffset) sum += fault.LengthMs;
        return sum;
    }
}
