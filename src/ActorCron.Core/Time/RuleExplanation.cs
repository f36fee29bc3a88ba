using System.Collections.Immutable;

namespace ActorCron.Core.Time;

/// <summary>A rule in words, for people who want to know before it runs.</summary>
/// <param name="Description">The rule as an English phrase: <c>At 02:15, Monday through Friday</c>.</param>
/// <param name="TimeZone">The IANA id of the zone whose clocks it follows.</param>
/// <param name="Next">The next occurrences, UTC, oldest first.</param>
/// <param name="NextLocal">The same instants with the offset that the zone has then.</param>
/// <param name="TimesAYear">How often it fires in an average year, its window aside; 0 for <c>@reboot</c> and single instants.</param>
/// <param name="Notes">What an owner may not expect: clock changes, cron's day rule, values of <c>H</c>, floods.</param>
public sealed record RuleExplanation(
    string Description,
    string TimeZone,
    ImmutableArray<DateTimeOffset> Next,
    ImmutableArray<DateTimeOffset> NextLocal,
    double TimesAYear,
    ImmutableArray<string> Notes);
