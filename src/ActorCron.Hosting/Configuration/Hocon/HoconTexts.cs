using System.Globalization;
using System.Text;

namespace ActorCron.Hosting.Configuration.Hocon;

/// <summary>Reads single values: texts with and without quotes, substitutions.</summary>
internal static class HoconTexts
{
    private const string Forbidden = "$\"{}[]:=,+#`^?!@*&\\";

    public static HoconScalar ReadText(HoconCursor at)
    {
        var origin = at.Here;
        return new HoconScalar(ReadQuoted(at), origin);
    }

    public static HoconScalar ReadUnquoted(HoconCursor at)
    {
        var origin = at.Here;
        var text = new StringBuilder();
        while (!at.AtEnd && !char.IsWhiteSpace(at.Current) && at.Current is not (',' or '}' or ']' or '{' or '[' or '"' or '$') && !at.AtComment())
        {
            if (Forbidden.Contains(at.Current)) throw at.Wrong($"'{at.Current}' needs quotes around the whole value: \"…\"");
            text.Append(at.Take());
        }
        return new HoconScalar(text.ToString() is var word && word == "null" ? null : word, origin);
    }

    public static HoconSubstitution ReadSubstitution(HoconCursor at)
    {
        var origin = at.Here;
        at.Next();
        if (at.Current != '{') throw new HoconException("'$' needs quotes around the whole value, or braces: ${NAME}", origin);
        var end = at.Text.IndexOfAny(['}', '\n'], at.Index);
        if (end < 0 || at.Text[end] == '\n') throw new HoconException("this ${ is never closed", origin);
        var inner = at.Text[(at.Index + 1)..end];
        at.Next(end + 1 - at.Index);
        var optional = inner.StartsWith('?');
        if (optional) inner = inner[1..];
        var defaultAt = inner.IndexOf(":-", StringComparison.Ordinal);
        var path = (defaultAt < 0 ? inner : inner[..defaultAt]).Trim();
        if (path.Length == 0 || path.Any(char.IsWhiteSpace)) throw new HoconException("${…} names no key or environment variable", origin);
        return new HoconSubstitution(path, optional, defaultAt < 0 ? null : inner[(defaultAt + 2)..], origin);
    }

    public static string ReadQuoted(HoconCursor at)
    {
        var opened = at.Here;
        if (string.CompareOrdinal(at.Text, at.Index, "\"\"\"", 0, 3) == 0) return ReadTripleQuoted(at, opened);
        at.Next();
        var text = new StringBuilder();
        while (at.Current != '"')
        {
            if (at.AtEnd || at.Current == '\n') throw new HoconException($"the quote opened here (column {opened.Column}) is never closed on its line", opened);
            text.Append(at.Current == '\\' ? ReadEscape(at) : at.Take());
        }
        at.Next();
        return text.ToString();
    }

    private static string ReadTripleQuoted(HoconCursor at, HoconOrigin opened)
    {
        var start = at.Index + 3;
        var end = at.Text.IndexOf("\"\"\"", start, StringComparison.Ordinal);
        if (end < 0) throw new HoconException("these three quotes are never closed", opened);
        while (end + 3 < at.Text.Length && at.Text[end + 3] == '"') end++;
        at.Next(end + 3 - at.Index);
        return at.Text[start..end];
    }

    private static char ReadEscape(HoconCursor at)
    {
        at.Next();
        var escaped = at.Take();
        if (escaped == 'u')
        {
            if (at.Index + 4 <= at.Text.Length && ushort.TryParse(at.Text.AsSpan(at.Index, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                at.Next(4);
                return (char)code;
            }
            throw at.Wrong("\\u needs four hexadecimal digits");
        }
        return escaped switch
        {
            '"' or '\\' or '/' => escaped,
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            _ => throw at.Wrong($"'\\{escaped}' is no escape; write \\\\ for a backslash"),
        };
    }
}
