using ActorCron.Simulation.Engine;
using ActorCron.Simulation.Scenarios;

namespace ActorCron.Simulation.Judging;

/// <summary>What clients asked for and were told of a schedule, with the time between: until the answer either may be in force.</summary>
public sealed class ScheduleBook(ScheduleRow row, long margin)
{
    private readonly List<Claim> _claims = [];

    public ScheduleRow Row { get; } = row;

    public List<Execution> Live { get; } = [];

    public long HighestFence { get; set; }

    /// <summary>Whether some command may have let its runs overlap.</summary>
    public bool MayOverlap { get; set; } = row.Overlap == Overlap.Allow;

    public IReadOnlyList<Claim> Claims => _claims;

    public Claim Sent(State state, long at)
    {
        var claim = new Claim(state, at);
        _claims.Add(claim);
        return claim;
    }

    /// <summary>Whether someone wanted it removed after a time: what it owed by then goes with it.</summary>
    public bool IsRemovedAfter(long time) => _claims.Exists(claim => !claim.State.Exists && claim.SentAt >= time);

    /// <summary>How the schedule is at a time; null where that is not certain.</summary>
    public State? At(long time)
    {
        Claim? last = null;
        foreach (var claim in _claims)
        {
            if (claim.SentAt > time + margin) continue;
            if (claim.AckedAt > time - margin) return null;
            if (last is null || claim.SentAt >= last.SentAt) last = claim;
        }
        if (last is null) return null;
        foreach (var claim in _claims)
            if (claim != last && claim.SentAt <= last.SentAt && claim.MayActUntil > last.SentAt) return null;
        return last.State;
    }

    /// <summary>What was asked of it.</summary>
    /// <param name="Exists">False once it is removed.</param>
    /// <param name="Paused">Whether it is paused.</param>
    /// <param name="Period">Seconds between its occurrences; 0 where that is not known.</param>
    /// <param name="Stamp">Its description, which each change changes; empty where it is not known.</param>
    public sealed record State(bool Exists, bool Paused, int Period, string Stamp);

    /// <summary>A command and its answer.</summary>
    public sealed class Claim(State state, long sentAt)
    {
        public State State { get; set; } = state;
        public long SentAt { get; } = sentAt;
        public long AckedAt { get; set; } = long.MaxValue;

        /// <summary>How often it was sent. Each copy is carried out when it arrives, so one of several may undo what came after its answer.</summary>
        public int Copies { get; set; }

        /// <summary>From then on it changes nothing any more: a message waits no longer than a minute for whom it is meant.</summary>
        public long MayActUntil => Copies <= 1 || AckedAt == long.MaxValue ? AckedAt : AckedAt + (60 * Span.Second);
    }
}
