using ActorCron.Core;
using ActorCron.Core.Messages;
using ActorCron.Core.Schedules;

namespace ActorCron.Actors.Gateway;

/// <summary>Schedules: stored, listed, paused, removed.</summary>
internal sealed class ScheduleGateway(ClusterQuestions cluster) : IScheduleGateway
{
    // What a schedule takes in a message beside its texts, and what one message may hold.
    private const int ScheduleBytes = 800;
    private const int MessageBytes = 512 * 1024;

    public async Task<PutOutcome> PutAsync(Schedule schedule, Precondition precondition, CancellationToken cancellationToken)
    {
        var command = new PutSchedules(CatalogPartitions.Of(schedule.Id), [new ScheduleToPut(schedule, precondition)], DryRun: false);
        var answer = await cluster.AskScheduler<SchedulesPut>(command, cancellationToken);
        return answer.Outcomes[0];
    }

    public async Task<IReadOnlyList<PutOutcome>> PutManyAsync(IReadOnlyList<Schedule> schedules, bool dryRun,
        CancellationToken cancellationToken)
    {
        var outcomes = new PutOutcome[schedules.Count];
        var messages = Enumerable.Range(0, schedules.Count).GroupBy(i => CatalogPartitions.Of(schedules[i].Id))
            .SelectMany(partition => Chunks.BySize(partition, i => SizeOf(schedules[i]), MessageBytes).Select(part => (partition.Key, part)));
        await Task.WhenAll(messages.Select(async message =>
        {
            var puts = message.part.Select(i => new ScheduleToPut(schedules[i], Precondition.None));
            var answer = await cluster.AskScheduler<SchedulesPut>(new PutSchedules(message.Key, [.. puts], dryRun), cancellationToken);
            foreach (var (i, outcome) in message.part.Zip(answer.Outcomes)) outcomes[i] = outcome;
        }));
        return outcomes;
    }

    public async Task<StoredSchedule?> GetAsync(string id, CancellationToken cancellationToken) =>
        await cluster.GetEntry(id, cancellationToken) is { Entry: { } entry } answer
            ? new StoredSchedule(entry.Schedule, entry.Revision, entry.CreatedAt, entry.UpdatedAt, answer.NextFire)
            : null;

    public async Task<RemoveOutcome> RemoveAsync(string id, Precondition precondition, CancellationToken cancellationToken) =>
        (await cluster.AskScheduler<ScheduleRemoval>(new RemoveSchedule(CatalogPartitions.Of(id), id, precondition), cancellationToken))
        .Outcome;

    public async Task<SchedulePage> ListAsync(ScheduleQuery query, CancellationToken cancellationToken)
    {
        Task<ScheduleList> Ask(int partition, ScheduleQuery part) =>
            cluster.AskScheduler<ScheduleList>(new ListSchedules(partition, part), cancellationToken);
        var parts = await Task.WhenAll(Enumerable.Range(0, CatalogPartitions.Count)
            .Select(partition => PartitionList.StartAsync(part => Ask(partition, part), query)));
        return await PartitionList.MergeAsync(parts, query.Limit);
    }

    public async Task<IReadOnlyList<StoredSchedule>> DueAsync(DateTimeOffset at, string? user, CancellationToken cancellationToken)
    {
        var lists = await Task.WhenAll(Enumerable.Range(0, CatalogPartitions.Count)
            .Select(partition => cluster.AskScheduler<ScheduleList>(new GetDue(partition, at, user), cancellationToken)));
        return [.. lists.SelectMany(list => list.Items).OrderBy(stored => stored.Schedule.Id, StringComparer.Ordinal)];
    }

    public async Task<StoredSchedule?> SetPausedAsync(string id, bool paused, CancellationToken cancellationToken) =>
        (await cluster.AskScheduler<ScheduleAnswer>(new SetPaused(CatalogPartitions.Of(id), id, paused), cancellationToken)).Stored;

    private static int SizeOf(Schedule schedule) => ScheduleBytes + schedule.Job.Params.Length + schedule.Description.Length;
}
