namespace ActorCron.Actors.Gateway;

/// <summary>A run of a schedule that someone asks for now.</summary>
/// <param name="Schedule">The schedule's id.</param>
/// <param name="Params">What takes the place of the schedule's params for this run: a JSON object as compact text, checked; null where the
/// schedule's hold.</param>
/// <param name="Key">Asked again with the same key within 24 hours, the answer is the run of the first time; null for a run in any case.</param>
public sealed record TriggerRequest(string Schedule, string? Params = null, string? Key = null);
