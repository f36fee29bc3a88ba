namespace ActorCron.Core.Crontabs;

/// <summary>A line <c>NAME = value</c>: blanks around the sign are optional, name and value may stand in quotes of either kind,
/// nothing in them is expanded (crontab(5)).</summary>
/// <param name="Name">The name, unquoted.</param>
/// <param name="Value">The value, unquoted.</param>
/// <param name="Column">Of the name, from 1.</param>
/// <param name="Problem">What is wrong with the line, or null.</param>
internal readonly record struct CrontabVariable(string Name, string Value, int Column, string? Problem)
{
    /// <summary>Null when the line sets no variable.</summary>
    public static CrontabVariable? Read(string line, int start)
    {
        var at = start;
        if (ReadName(line, ref at) is not { } name) return null;
        while (at < line.Length && IsBlank(line[at])) at++;
        if (at == line.Length || line[at] != '=') return null;
        var problem = CheckName(name);
        var value = ReadValue(line[(at + 1)..].Trim(' ', '\t'), ref problem);
        return new CrontabVariable(name, value, start + 1, problem);
    }

    private static string? ReadName(string line, ref int at)
    {
        var start = at;
        if (line[at] is '"' or '\'')
        {
            var end = line.IndexOf(line[at], at + 1);
            if (end < 0) return null;
            at = end + 1;
            return line[(start + 1)..end];
        }
        while (at < line.Length && !IsBlank(line[at]) && line[at] != '=') at++;
        return line[start..at];
    }

    private static string ReadValue(string text, ref string? problem)
    {
        if (text.Length == 0 || text[0] is not ('"' or '\'')) return text;
        var end = text.IndexOf(text[0], 1);
        if (end < 0) problem ??= $"the value's {text[0]} is not closed";
        else if (end < text.Length - 1) problem ??= $"something stands behind the value's closing {text[0]}";
        return end < 0 ? text : text[1..end];
    }

    private static string? CheckName(string name)
    {
        if (name.Length is 0 or > 100) return "a variable's name has 1 to 100 characters";
        if (char.IsAsciiDigit(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')) return "a variable's name has letters, digits and _ and does not start with a digit";
        return name.StartsWith("ACTORCRON_", StringComparison.Ordinal) ? "variables that start with ACTORCRON_ are set by the node" : null;
    }

    internal static bool IsBlank(char c) => c is ' ' or '\t';
}
