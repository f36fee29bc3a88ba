using System.Text;

namespace ActorCron.Pbm.Shell;

/// <summary>One line of the shell, split as a POSIX shell would: blanks part words, <c>'…'</c> and <c>"…"</c> keep them,
/// a backslash takes the next character as it is, <c>#</c> begins a comment, <c>&gt; FILE</c> and <c>&gt;&gt; FILE</c> at the end redirect.</summary>
internal sealed record ShellLine(IReadOnlyList<string> Words, string? RedirectTo, bool Appends)
{
    /// <exception cref="UsageException">A quote is not closed, or a redirection is not 'to one file, at the end'.</exception>
    public static ShellLine Parse(string line)
    {
        var words = new List<string>();
        string? operation = null, file = null;
        var at = 0;
        while (NextWord(line, ref at) is var (word, isBare))
        {
            if (operation is not null && file is null) file = word;
            else if (operation is not null) throw new UsageException($"'{word}' after the file that '{operation}' writes to");
            else if (isBare && word.StartsWith('>'))
            {
                operation = word.StartsWith(">>", StringComparison.Ordinal) ? ">>" : ">";
                if (word.Length > operation.Length) file = word[operation.Length..];
            }
            else words.Add(word);
        }
        if (operation is not null && file is null) throw new UsageException($"'{operation}' needs a file");
        return new ShellLine(words, file, operation == ">>");
    }

    private static (string Word, bool IsBare)? NextWord(string line, ref int at)
    {
        while (at < line.Length && char.IsWhiteSpace(line[at])) at++;
        if (at == line.Length || line[at] == '#') return null;
        var word = new StringBuilder();
        var isBare = true;
        for (; at < line.Length && !char.IsWhiteSpace(line[at]); at++)
            switch (line[at])
            {
                case '\\' when at + 1 < line.Length:
                    word.Append(line[++at]);
                    isBare = false;
                    break;
                case '\'' or '"':
                    at = ReadQuoted(line, at, word);
                    isBare = false;
                    break;
                default:
                    word.Append(line[at]);
                    break;
            }
        return (word.ToString(), isBare);
    }

    // Returns the index of the closing quote. Within double quotes a backslash escapes a quote and itself, nothing else.
    private static int ReadQuoted(string line, int open, StringBuilder word)
    {
        var quote = line[open];
        for (var at = open + 1; at < line.Length; at++)
        {
            if (line[at] == quote) return at;
            if (quote == '"' && line[at] == '\\' && at + 1 < line.Length && line[at + 1] is '"' or '\\') at++;
            word.Append(line[at]);
        }
        throw new UsageException($"the quote {quote} at column {open + 1} is not closed");
    }
}
