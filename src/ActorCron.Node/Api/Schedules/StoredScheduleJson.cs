using System.Text.Json;
using ActorCron.Core.Documents;
using ActorCron.Core.Schedules;

namespace ActorCron.Node.Api.Schedules;

/// <summary>A stored schedule as answers show it.</summary>
internal static class StoredScheduleJson
{
    public static void Write(Utf8JsonWriter json, StoredSchedule stored) =>
        ScheduleDocument.Write(json, stored.Schedule, new ScheduleExtras(stored.Revision, stored.CreatedAt, stored.UpdatedAt, stored.NextFire));
}
