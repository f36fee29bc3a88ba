using ActorCron.Core.Runs;

namespace ActorCron.Core.Dispatching;

/// <summary>What the dispatcher knows of one queue. A queue that has nothing to do is forgotten after a while.</summary>
internal sealed class QueueState(string name, bool isExternal, ExternalQueueGate? gate)
{
    /// <summary>Where a queue is: nothing waits, in line for its turn, or aside until it may go.</summary>
    internal enum Standing { Empty, InLine, Aside }

    public string Name { get; } = name;
    public bool IsExternal { get; } = isExternal;
    public ExternalQueueGate? Gate { get; } = gate;
    public FairBacklog<Handover> Backlog { get; } = new();
    // Foreign consumers may take as many at once as they like.
    public QueueWindow Window { get; } = isExternal ? new QueueWindow(smallest: 256, size: 1024) : new QueueWindow();
    public Refusals Refusals { get; } = new();
    public Suspects Suspects { get; } = new();
    public Standing Stands { get; set; }
    /// <summary>Nothing but late work waits, and there is no token for it.</summary>
    public bool AwaitsToken { get; set; }
    /// <summary>With the broker and not confirmed.</summary>
    public int Unconfirmed { get; set; }
    /// <summary>Refused by the broker, and not published again yet.</summary>
    public int Resting { get; set; }
    /// <summary>Confirmed so far.</summary>
    public long Published { get; set; }
    public DepthQuestion? Question { get; set; }
    public OpenCount? Count { get; set; }
    /// <summary>When something last waited or was confirmed, elapsed time.</summary>
    public TimeSpan UsedAt { get; set; }

    /// <summary>Whether nothing is under way; what was not answered in time is not.</summary>
    public bool IsIdle(TimeSpan now) => Stands == Standing.Empty && Unconfirmed + Resting + Backlog.Count + Suspects.Count == 0
        && !(Question?.Until > now) && Count is null;
}
