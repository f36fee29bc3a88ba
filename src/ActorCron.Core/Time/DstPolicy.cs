namespace ActorCron.Core.Time;

/// <summary>What a fixed-time rule does with local times that a clock change skips.</summary>
public enum DstGap
{
    /// <summary>The skipped times share one run, right after the gap.</summary>
    Fire,
    /// <summary>They do not run.</summary>
    Skip,
}

/// <summary>What a fixed-time rule does with local times that a clock change repeats.</summary>
public enum DstOverlap
{
    /// <summary>They run the first time only, before the clocks go back.</summary>
    First,
    /// <summary>They run the second time only, after the clocks have gone back.</summary>
    Second,
    /// <summary>They run both times.</summary>
    Both,
}

/// <summary>How a fixed-time rule meets clock changes. Interval rules (minute or hour starts with <c>*</c>) follow elapsed time instead.</summary>
/// <param name="Gap">For local times that do not exist that day.</param>
/// <param name="Overlap">For local times that come twice that day.</param>
public sealed record DstPolicy(DstGap Gap, DstOverlap Overlap)
{
    /// <summary>As cronie does: what a gap skips runs right after it, what an overlap repeats runs once, the first time.</summary>
    public static readonly DstPolicy Default = new(DstGap.Fire, DstOverlap.First);
}
