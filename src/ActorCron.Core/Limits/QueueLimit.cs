namespace ActorCron.Core.Limits;

/// <summary>The cluster-wide limits of one queue, as configured: how many of its runs may execute at a time, how many may start in a span of time.</summary>
/// <param name="MaxConcurrency">Null for no limit.</param>
/// <param name="RateCount">Null for no limit.</param>
/// <param name="RatePer">The span that <paramref name="RateCount"/> is for.</param>
public sealed record QueueLimit(int? MaxConcurrency, int? RateCount, TimeSpan RatePer);
