namespace ActorCron.Core.Runs;

/// <summary>What made a run.</summary>
public enum RunTrigger
{
    Schedule,
    Manual,
    Backfill,
    /// <summary>A job message of a foreign publisher.</summary>
    Message,
}
