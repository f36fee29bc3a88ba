namespace ActorCron.Core.Schedules;

/// <summary>What becomes of a run whose node dies under it.</summary>
public enum ExecutionGuarantee
{
    /// <summary>It is executed again as the next attempt.</summary>
    AtLeastOnce,
    /// <summary>It ends failed with the error <c>node lost</c>.</summary>
    AtMostOnce,
}
