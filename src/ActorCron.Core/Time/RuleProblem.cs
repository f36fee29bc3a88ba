namespace ActorCron.Core.Time;

/// <summary>What is wrong with a rule.</summary>
/// <param name="Field">The field of the schedule document: <c>cron</c>, <c>minute</c>, <c>timeZone</c>, <c>every</c>, …</param>
/// <param name="Position">Where in that field's text, from 1; null where it concerns the whole.</param>
/// <param name="Message">What is wrong and what would be right.</param>
public sealed record RuleProblem(string Field, int? Position, string Message);
