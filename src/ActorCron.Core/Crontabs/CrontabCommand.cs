using System.Text;

namespace ActorCron.Core.Crontabs;

/// <summary>The last field of a line, split as cron does: the command up to the first bare <c>%</c>, and what it gets on standard input.</summary>
/// <param name="Text">For the shell.</param>
/// <param name="Input">With an end of line at its end, or empty: cron's jobs have nothing on standard input without a <c>%</c>, and mail or ssh read it.</param>
/// <param name="IsCut">Whether a bare <c>%</c> stands in it.</param>
internal readonly record struct CrontabCommand(string Text, string Input, bool IsCut)
{
    public static CrontabCommand Read(string field)
    {
        var text = new StringBuilder(field.Length);
        var escaped = false;
        for (var i = 0; i < field.Length; i++)
        {
            var c = field[i];
            if (c == '%' && !escaped) return new CrontabCommand(text.ToString(), ReadInput(field.AsSpan(i + 1)), IsCut: true);
            // Only \% loses its backslash: every other one is the shell's.
            if (c == '%') text.Length--;
            text.Append(c);
            escaped = !escaped && c == '\\';
        }
        return new CrontabCommand(text.ToString(), "", IsCut: false);
    }

    // Unlike in the command, a backslash here also escapes behind a backslash: that is how cron's own reader goes about it.
    private static string ReadInput(ReadOnlySpan<char> field)
    {
        var input = new StringBuilder(field.Length + 1);
        var escaped = false;
        foreach (var c in field)
        {
            if (escaped && c != '%') input.Append('\\');
            var read = c == '%' && !escaped ? '\n' : c;
            escaped = c == '\\';
            if (!escaped) input.Append(read);
        }
        if (escaped) input.Append('\\');
        if (input.Length > 0 && input[^1] != '\n') input.Append('\n');
        return input.ToString();
    }
}
