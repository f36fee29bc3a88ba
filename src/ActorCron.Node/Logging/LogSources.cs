namespace ActorCron.Node.Logging;

/// <summary>How a line names its source and shows its text.</summary>
internal static class LogSources
{
    /// <summary>The last part of a type's name, or the path of an actor without its system.</summary>
    public static string Shorten(string source)
    {
        foreach (var root in (string[])["/user/", "/system/"])
        {
            if (source.IndexOf(root, StringComparison.Ordinal) is >= 0 and var at) return source[at..].Split('#', ']', ')')[0];
        }
        var system = source.IndexOfAny([' ', '(', '[']);
        var name = system <= 0 ? source : source[..system];
        return name[(name.LastIndexOf('.') + 1)..];
    }

    /// <summary>Further lines are indented, so that each entry is told from the next; control characters cannot forge a line or steer a terminal.</summary>
    public static string OneLine(string message)
    {
        if (!message.Any(char.IsControl)) return message;
        return string.Concat(message.TrimEnd().Select(c => c switch
        {
            '\n' => "\n    ",
            '\t' => "\t",
            _ when char.IsControl(c) => "",
            _ => c.ToString(),
        }));
    }
}
