using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace ActorCron.Pbm.Parsing;

/// <summary>Options that take a whole number. Anything else is a usage error that says what was expected.</summary>
internal static class NumberOption
{
    /// <param name="names">The option's name, then its aliases.</param>
    /// <param name="help">What it is for.</param>
    /// <param name="least">The smallest number.</param>
    /// <param name="most">The largest one; <see cref="int.MaxValue"/> for no bound.</param>
    /// <param name="byDefault">What counts where the option is left out; null for nothing.</param>
    public static Option<int?> Create(string[] names, string help, int least, int most, int? byDefault) => new(names[0], names[1..])
    {
        HelpName = "N",
        Description = help,
        Arity = ArgumentArity.ExactlyOne,
        DefaultValueFactory = _ => byDefault,
        CustomParser = result => Read(names[0], result, least, most),
    };

    private static int? Read(string name, ArgumentResult result, int least, int most)
    {
        var text = result.Tokens.Count == 0 ? "" : result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        result.AddError($"{name}: '{text}' is not a whole number from {least} {(most == int.MaxValue ? "on" : $"to {most}")}");
        return null;
    }
}
