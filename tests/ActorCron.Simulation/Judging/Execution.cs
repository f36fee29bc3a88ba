using ActorCron.Simulation.Outside;

namespace ActorCron.Simulation.Judging;

/// <summary>A handler at work, in the world.</summary>
public sealed class Execution(RunBook run, int attempt, long fence, string queue, SimProcess process, long at)
{
    public RunBook Run { get; } = run;
    public int Attempt { get; } = attempt;
    public long Fence { get; } = fence;
    public string Queue { get; } = queue;
    public SimProcess Process { get; } = process;
    public long At { get; } = at;
    public HowEnded Ended { get; set; }

    /// <summary>It did not heed its cancellation and is no longer waited for.</summary>
    public bool IsGivenUp { get; set; }

    public override string ToString() => $"{Run.Id} attempt {Attempt} (fence {Fence}) on {Process}";
}

/// <summary>How a handler's work came to its end.</summary>
public enum HowEnded { Not, Succeeded, Failed, Stopped, Died }

/// <summary>What the oracle knows of a run.</summary>
public sealed class RunBook(string id, ScheduleBook? schedule)
{
    public string Id { get; } = id;
    public ScheduleBook? Schedule { get; } = schedule;
    public List<Execution> Executions { get; } = [];

    /// <summary>The newest attempt that is stored.</summary>
    public int Attempt { get; set; } = 1;

    /// <summary>A program outside the cluster has executed it well.</summary>
    public bool HasSucceededOutside { get; set; }

    /// <summary>When its end was stored.</summary>
    public long EndedAt { get; set; }

    /// <summary>The state that was last stored for it, where it is an end.</summary>
    public string? End { get; set; }

    /// <summary>The state that the history has.</summary>
    public string? Recorded { get; set; }

    /// <summary>Executions before this one do not count for at most once: it was retried by hand.</summary>
    public int RevivedAfter { get; set; }

    /// <summary>When a client was told that it is cancelled and has ended; far in the future else.</summary>
    public long CancelledAt { get; set; } = long.MaxValue;

    /// <summary>A client or a program outside has asked for it: nobody's schedule need name it.</summary>
    public bool IsAskedFor { get; set; }

    /// <summary>A client was told that its backfill made it.</summary>
    public bool IsBackfill { get; set; }

    /// <summary>A client has asked to cancel it.</summary>
    public bool IsCancelAsked { get; set; }

    /// <summary>Its record has been removed for its age: who asks for it again gets it again.</summary>
    public bool IsPruned { get; set; }

    /// <summary>A client was told that it is on record.</summary>
    public bool IsAcknowledged { get; set; }
}
