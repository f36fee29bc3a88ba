using System.Globalization;

namespace ActorCron.Hosting.Library;

/// <summary>One field of a cron rule, given as a number or as text: <c>5</c>, <c>"*/15"</c>, <c>"mon-fri"</c>; the default is <c>*</c>.</summary>
public readonly record struct CronValue
{
    private readonly string? _text;

    private CronValue(string? text) => _text = text;

    public static implicit operator CronValue(string? text) => new(text);
    public static implicit operator CronValue(int number) => new(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>The same, for languages without implicit conversions.</summary>
    public static CronValue FromString(string? text) => text;

    /// <summary>The same, for languages without implicit conversions.</summary>
    public static CronValue FromInt32(int number) => number;

    /// <summary>As a cron rule spells it.</summary>
    public override string ToString() => _text ?? "*";
}
