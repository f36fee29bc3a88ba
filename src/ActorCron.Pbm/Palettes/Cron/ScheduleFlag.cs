using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ActorCron.Pbm.Input;

namespace ActorCron.Pbm.Palettes.Cron;

/// <summary>A field of the schedule document as an option of <c>cron add</c>.</summary>
/// <param name="Option">The option.</param>
/// <param name="Path">Where the value goes, dotted (contract section 5).</param>
/// <param name="ToJson">The option's text as the field's JSON.</param>
internal sealed record ScheduleFlag(Option<string?> Option, string Path, Func<string, JsonNode> ToJson)
{
    public static ScheduleFlag Text(string path, string help, string valueName, params string[] names) =>
        new(Declare(names, valueName, help), path, text => JsonValue.Create(text));

    public static ScheduleFlag Duration(string path, string help, params string[] names) =>
        new(Declare(names, "DURATION", help), path, text => SpanInput.LooksRight(text)
            ? JsonValue.Create(text)
            : throw new UsageException($"{names[0]}: '{text}' is not a duration; give 90s, 10m, 2h, 1d or PT1H30M"));

    public static ScheduleFlag Choice(string path, string help, string[] choices, params string[] names)
    {
        var option = Declare(names, string.Join('|', choices), help);
        option.AcceptOnlyFromAmong(choices);
        return new(option, path, text => JsonValue.Create(text));
    }

    public static ScheduleFlag Integer(string path, string help, params string[] names) =>
        new(Declare(names, "N", help), path, text =>
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? JsonValue.Create(number)
                : throw new UsageException($"{names[0]}: '{text}' is not a whole number"));

    public static ScheduleFlag Number(string path, string help, params string[] names) =>
        new(Declare(names, "X", help), path, text =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? JsonValue.Create(number)
                : throw new UsageException($"{names[0]}: '{text}' is not a number"));

    private static Option<string?> Declare(string[] names, string valueName, string help) =>
        new(names[0], names[1..]) { HelpName = valueName, Description = help };
}
