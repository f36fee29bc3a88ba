using ActorCron.Core.Schedules;

namespace ActorCron.Actors.Gateway;

/// <summary>What can be asked of schedules.</summary>
public interface IScheduleGateway
{
    /// <summary>Creates or replaces a schedule; durable when it returns. The document must have passed its checks.</summary>
    Task<PutOutcome> PutAsync(Schedule schedule, Precondition precondition, CancellationToken cancellationToken);

    /// <summary>Many at once, without preconditions; the outcomes stand in the order of the schedules.</summary>
    Task<IReadOnlyList<PutOutcome>> PutManyAsync(IReadOnlyList<Schedule> schedules, bool dryRun, CancellationToken cancellationToken);

    /// <summary>One schedule; null when there is none of that id.</summary>
    Task<StoredSchedule?> GetAsync(string id, CancellationToken cancellationToken);

    /// <summary>Removes a schedule; its runs stay.</summary>
    Task<RemoveOutcome> RemoveAsync(string id, Precondition precondition, CancellationToken cancellationToken);

    /// <summary>A page ordered by id (ordinal).</summary>
    Task<SchedulePage> ListAsync(ScheduleQuery query, CancellationToken cancellationToken);

    /// <summary>The schedules that name the minute (or second) of <paramref name="at"/>, ordered by id.</summary>
    Task<IReadOnlyList<StoredSchedule>> DueAsync(DateTimeOffset at, string? user, CancellationToken cancellationToken);

    /// <summary>Pauses or resumes; null when there is no such schedule.</summary>
    Task<StoredSchedule?> SetPausedAsync(string id, bool paused, CancellationToken cancellationToken);
}
