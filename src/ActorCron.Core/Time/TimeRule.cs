using System.Diagnostics.CodeAnalysis;

namespace ActorCron.Core.Time;

/// <summary>A compiled <see cref="TimeSpec"/>: pure, immutable, safe to share.</summary>
public abstract class TimeRule
{
    /// <summary>Whether it can name seconds other than 0.</summary>
    public abstract bool HasSeconds { get; }

    /// <summary>Whether it fires once when the cluster forms (<c>@reboot</c>); it then has no other occurrence.</summary>
    public virtual bool IsReboot => false;

    /// <summary>The one instant of a rule that names a single one (<c>at</c>, <c>@at</c>), UTC; null for others.</summary>
    public virtual DateTimeOffset? Once => null;

    /// <summary>The first occurrence strictly after <paramref name="after"/>, UTC and in whole seconds, inside the start and end window; null when there is none.</summary>
    public abstract DateTimeOffset? Next(DateTimeOffset after);

    /// <summary>The occurrences after one instant, up to and with another, oldest first; at most <paramref name="max"/> of them,
    /// so that a long outage of an every-second rule stays bounded.</summary>
    public IEnumerable<DateTimeOffset> Between(DateTimeOffset after, DateTimeOffset through, int max)
    {
        var last = after;
        for (var given = 0; given < max && Next(last) is { } next && next <= through; given++)
            yield return last = next;
    }

    /// <summary>Whether it has an occurrence within the UTC minute that holds <paramref name="instant"/>.</summary>
    public bool Names(DateTimeOffset instant)
    {
        var start = new DateTimeOffset(instant.UtcTicks - instant.UtcTicks % TimeSpan.TicksPerMinute, TimeSpan.Zero);
        var justBefore = start.Ticks == 0 ? start : start.AddTicks(-1);
        return Next(justBefore) is { } next && next.UtcTicks < start.UtcTicks + TimeSpan.TicksPerMinute;
    }

    /// <summary>Compiles a rule, or says what is wrong with it. A rule that can never fire is wrong.</summary>
    /// <param name="spec">The rule as written.</param>
    /// <param name="scheduleId">Seeds <c>H</c>, so that schedules spread and each stays where it is.</param>
    /// <param name="createdAt">Where <see cref="TimeSpec.Every"/> counts from when there is no start.</param>
    /// <param name="rule">The compiled rule.</param>
    /// <param name="problem">The first problem.</param>
    public static bool TryCreate(TimeSpec spec, string scheduleId, DateTimeOffset createdAt,
        [NotNullWhen(true)] out TimeRule? rule, [NotNullWhen(false)] out RuleProblem? problem) =>
        RuleCompiler.TryCompile(spec, scheduleId, createdAt, null, out rule, out problem);

    /// <summary>Compiles a rule and puts it into words; says what is wrong with it like <see cref="TryCreate"/>.</summary>
    /// <param name="spec">The rule as written.</param>
    /// <param name="scheduleId">Seeds <c>H</c>.</param>
    /// <param name="createdAt">Where <see cref="TimeSpec.Every"/> counts from when there is no start.</param>
    /// <param name="from">The occurrences strictly after this instant are listed, and the clock changes of the year from here on.</param>
    /// <param name="count">How many occurrences; at most 1000 are given.</param>
    /// <param name="explanation">The rule in words.</param>
    /// <param name="problem">The first problem.</param>
    public static bool TryExplain(TimeSpec spec, string scheduleId, DateTimeOffset createdAt, DateTimeOffset from, int count,
        [NotNullWhen(true)] out RuleExplanation? explanation, [NotNullWhen(false)] out RuleProblem? problem)
    {
        var notes = new List<string>();
        explanation = RuleCompiler.TryCompile(spec, scheduleId, createdAt, notes, out var rule, out problem)
            ? RuleExplainer.Explain(spec, rule, notes, from, count)
            : null;
        return explanation is not null;
    }
}
