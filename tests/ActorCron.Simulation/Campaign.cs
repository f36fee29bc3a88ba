using ActorCron.Simulation.Hosting;
using ActorCron.Simulation.Judging;
using ActorCron.Simulation.Scenarios;

namespace ActorCron.Simulation;

/// <summary>Runs many seeds, each on one thread, as many at a time as there are cores.</summary>
/// <param name="nodes">Nodes of each cluster.</param>
/// <param name="threads">Seeds at a time.</param>
/// <param name="keepGoing">Whether the seeds after a failing one are run too.</param>
/// <param name="seam">Makes the seam of a seed; null for a clean one.</param>
public sealed class Campaign(int nodes, int threads, bool keepGoing, Func<Seam>? seam = null)
{
    private readonly Lock _lock = new();

    public List<Outcome> Failed { get; } = [];
    public Reached Reached { get; } = new();
    public int Done { get; private set; }
    public long Occurrences { get; private set; }
    public long Faults { get; private set; }
    public long Events { get; private set; }

    public void Run(ulong from, int count)
    {
        var next = -1;
        var workers = new Thread[Math.Max(1, Math.Min(threads, count))];
        for (var i = 0; i < workers.Length; i++) (workers[i] = new Thread(Work)).Start();
        foreach (var worker in workers) worker.Join();

        void Work()
        {
            while (Interlocked.Increment(ref next) is var mine && mine < count && (keepGoing || Failed.Count == 0))
                Add(Simulator.Run(Generator.Of(from + (ulong)mine, nodes), seam?.Invoke()));
        }
    }

    private void Add(Outcome outcome)
    {
        lock (_lock)
        {
            Done++;
            Occurrences += outcome.Occurrences;
            Faults += outcome.Faults;
            Events += outcome.Events;
            Reached.Add(outcome.Reached);
            if (outcome.Violation is not null) Failed.Add(outcome);
        }
    }
}
