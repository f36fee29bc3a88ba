using System.Collections.Immutable;
using ActorCron.Core.Messages;
using ActorCron.Core.Schedules;

namespace ActorCron.Core.Scheduling;

/// <summary>Answers questions about a catalogue; changes nothing.</summary>
internal sealed class CatalogReads(ScheduleCatalog catalog)
{
    private const int MaxListBytes = 1024 * 1024;

    /// <summary>The answer to a question. One that cannot be answered gets an error and ends nothing: all schedules depend on their
    /// partition.</summary>
    public object Answer(object question)
    {
        try
        {
            return question switch
            {
                GetEntry get => new EntryAnswer(catalog.TryGet(get.Id, out var entry) ? entry : null, catalog.NextOccurrence(get.Id)),
                ListSchedules list => List(list.Query),
                GetDue get => Due(get),
                _ => throw new ArgumentOutOfRangeException(nameof(question), question, "Not a question."),
            };
        }
        catch (Exception cause) when (cause is not OutOfMemoryException)
        {
            return new Unavailable($"the catalogue cannot answer this question: {cause.Message}");
        }
    }

    /// <summary>A schedule with what its readers see of it.</summary>
    public StoredSchedule Stored(CatalogEntry entry) =>
        new(entry.Schedule, entry.Revision, entry.CreatedAt, entry.UpdatedAt, catalog.NextOccurrence(entry.Schedule.Id));

    private ScheduleList Due(GetDue get)
    {
        var items = ImmutableArray.CreateBuilder<StoredSchedule>();
        foreach (var entry in catalog.Naming(get.At))
            if (get.User is null || entry.Schedule.User == get.User) items.Add(Stored(entry));
        return new ScheduleList(items.ToImmutable(), HasMore: false);
    }

    private ScheduleList List(ScheduleQuery query)
    {
        var items = ImmutableArray.CreateBuilder<StoredSchedule>();
        var bytes = 0;
        foreach (var entry in catalog.From(Before(query)))
        {
            var schedule = entry.Schedule;
            if (query.Prefix is not null && !schedule.Id.StartsWith(query.Prefix, StringComparison.Ordinal))
            {
                if (string.CompareOrdinal(schedule.Id, query.Prefix) > 0) break;
                continue;
            }
            if (!Matches(schedule, query)) continue;
            if (items.Count == query.Limit || bytes > MaxListBytes) return new ScheduleList(items.ToImmutable(), HasMore: true);
            items.Add(Stored(entry));
            bytes += 600 + schedule.Job.Params.Length;
        }
        return new ScheduleList(items.ToImmutable(), HasMore: false);
    }

    // Ids with a prefix stand together: start there.
    private static string? Before(ScheduleQuery query) =>
        query.Prefix is { Length: > 0 } prefix && (query.After is null || string.CompareOrdinal(query.After, prefix) < 0)
            ? prefix[..^1] + (char)(prefix[^1] - 1) + "\uffff"
            : query.After;

    private static bool Matches(Schedule schedule, ScheduleQuery query) =>
        (query.User is null || schedule.User == query.User)
        && (query.Queue is null || schedule.Queue == query.Queue)
        && (query.Paused is not { } paused || schedule.Paused == paused)
        && (query.Tag is null || schedule.Tags.Contains(query.Tag));
}
