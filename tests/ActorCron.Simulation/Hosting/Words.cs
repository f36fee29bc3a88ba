using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Scheduling;

namespace ActorCron.Simulation.Hosting;

/// <summary>Events in the words of a story.</summary>
public static class Words
{
    public static string Of(object? stored) => stored switch
    {
        RunEvent.RunRegistered e => $"{e.Id} on record: {e.State}{(e.Held ? ", held" : "")}, {e.Spec.Trigger}, queue {e.Spec.Queue}, overlap {e.Spec.Overlap}, fence {e.Fence}{(e.Reason is null ? "" : $" ({e.Reason})")}",
        RunEvent.RunRevived e => $"{e.Id} is to be tried again by hand{(e.Held ? ", held" : "")}",
        RunEvent.RunPublished e => $"{e.Id} attempt {e.Attempt} is published",
        RunEvent.RunReleased e => $"{e.Id} is released",
        RunEvent.AttemptPlanned e => $"{e.Id} attempt {e.Attempt} is planned, fence {e.Fence} ({e.Reason})",
        RunEvent.AttemptStarted e => $"{e.Id} attempt {e.Attempt} is given to {e.Node}, fence {e.Fence}, offer {e.Offer}",
        RunEvent.AttemptEnded e => $"{e.Id} attempt {e.Attempt} ends: {e.State}{(e.Error is null ? "" : $" ({e.Error})")}{(e.RetryAt is { } at ? $", again at {at:HH:mm:ss.fff}" : "")}",
        RunEvent.CancelRequested e => $"{e.Id} is to be cancelled ({e.Reason})",
        CatalogEvent.SchedulePut e => $"{e.Schedule.Id} is put: '{e.Schedule.Description}', {(e.Schedule.Paused ? "paused" : "active")}, {e.Schedule.Time.Cron}{e.Schedule.Time.Every}, overlap {e.Schedule.Overlap}, revision {e.Revision}",
        CatalogEvent.ScheduleRemoved e => $"{e.Id} is removed",
        MembersSeen e => $"members {string.Join(' ', e.Uids)}",
        _ => stored?.ToString() ?? "",
    };
}
