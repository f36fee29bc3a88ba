namespace ActorCron.Core.Time;

/// <summary>The five fields of a cron rule, each <c>*</c> when left out.</summary>
public sealed record CronFields(string Minute = "*", string Hour = "*", string Day = "*", string Month = "*", string DayOfWeek = "*")
{
    /// <summary>The same rule as one cron text.</summary>
    public string ToCron() => $"{Minute} {Hour} {Day} {Month} {DayOfWeek}";
}
