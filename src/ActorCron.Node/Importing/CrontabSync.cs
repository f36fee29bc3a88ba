using ActorCron.Actors.Gateway;
using ActorCron.Core.Crontabs;
using ActorCron.Core.Schedules;
using ActorCron.Hosting.Jobs;

namespace ActorCron.Node.Importing;

/// <summary>Makes the stored schedules under a crontab's prefix those of the file: good lines are put, what the file no longer has is removed.
/// Lines that cannot be read are errors and take nothing away.</summary>
internal sealed class CrontabSync(ICronGateway gateway, ScheduleAdmission admission, bool dryRun)
{
    private const int Page = 1000;
    private const int RemovalsAtOnce = 16;

    /// <exception cref="UnavailableException">Part of it may have been done; doing it again is safe.</exception>
    public async Task<ImportTally> ApplyAsync(Crontab crontab, CancellationToken cancellationToken)
    {
        var tally = new ImportTally { Removed = 0 };
        foreach (var problem in crontab.Problems) tally.Fail(problem.Line, $"column {problem.Column}: {problem.Message}");
        tally.FailMore(crontab.ProblemCount - crontab.Problems.Length);
        foreach (var note in crontab.Notes) tally.Note(note.Line, note.Message);

        var diff = CrontabDiff.Between(await ReadStoredAsync(crontab.Options, cancellationToken), crontab);
        var lines = crontab.Entries.ToDictionary(entry => entry.Schedule.Id, entry => entry.Line, StringComparer.Ordinal);
        var batches = new ImportBatches(gateway, tally, dryRun, cancellationToken);
        foreach (var schedule in diff.Create.Concat(diff.Update))
        {
            if (admission.Check(schedule) is { } refused) tally.Fail(lines[schedule.Id], refused.ToString());
            else await batches.AddAsync(lines[schedule.Id], schedule, schedule.Job.Params.Length);
        }
        await batches.EndAsync();
        tally.AddUnchanged(diff.Unchanged.Length);
        foreach (var held in diff.Held) tally.Note(0, $"{held} stays: it may be one of the lines that could not be read");
        tally.Removed = await RemoveAsync(diff.Remove, cancellationToken);
        return tally;
    }

    private async Task<List<Schedule>> ReadStoredAsync(CrontabOptions options, CancellationToken cancellationToken)
    {
        var stored = new List<Schedule>();
        // The user column of a system crontab spreads its schedules over several users.
        var query = new ScheduleQuery(User: options.System ? null : options.User, Prefix: options.Prefix, Limit: Page);
        string? after = null;
        do
        {
            var page = await gateway.ListAsync(query with { After = after }, cancellationToken);
            stored.AddRange(page.Items.Select(item => item.Schedule));
            after = page.Next;
        }
        while (after is not null);
        return stored;
    }

    private async Task<int> RemoveAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        if (dryRun) return ids.Count;
        var removed = 0;
        foreach (var chunk in ids.Chunk(RemovalsAtOnce))
        {
            var outcomes = await Task.WhenAll(chunk.Select(id => gateway.RemoveAsync(id, Precondition.None, cancellationToken)));
            removed += outcomes.Count(outcome => outcome == RemoveOutcome.Removed);
        }
        return removed;
    }
}
