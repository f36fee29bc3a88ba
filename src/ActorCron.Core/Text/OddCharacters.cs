using System.Globalization;

namespace ActorCron.Core.Text;

/// <summary>Characters that a reader does not see, or takes for others: pasted from a web page or a document, they break a text that looks
/// right.</summary>
public static class OddCharacters
{
    private static readonly Dictionary<char, string> Names = new()
    {
        ['\t'] = "a tab", ['\n'] = "a line feed", ['\r'] = "a carriage return", ['\0'] = "a NUL character",
        ['\u00A0'] = "a no-break space", ['\u00AD'] = "a soft hyphen", ['\u202F'] = "a narrow no-break space", ['\u2007'] = "a figure space",
        ['\u2009'] = "a thin space", ['\u2003'] = "an em space", ['\u2002'] = "an en space", ['\u3000'] = "an ideographic space",
        ['\u200B'] = "a zero-width space", ['\u200C'] = "a zero-width non-joiner", ['\u200D'] = "a zero-width joiner", ['\u2060'] = "a word joiner",
        ['\uFEFF'] = "a byte order mark", ['\u200E'] = "a left-to-right mark", ['\u200F'] = "a right-to-left mark",
        ['\u2010'] = "a hyphen that is not '-'", ['\u2011'] = "a no-break hyphen, not '-'", ['\u2012'] = "a figure dash, not '-'",
        ['\u2013'] = "an en dash, not '-'", ['\u2014'] = "an em dash, not '-'", ['\u2212'] = "a minus sign that is not '-'",
        ['\u2217'] = "an asterisk operator, not '*'", ['\uFF0A'] = "a full-width asterisk, not '*'", ['\u204E'] = "a low asterisk, not '*'",
        ['\uFF0C'] = "a full-width comma, not ','", ['\uFF0F'] = "a full-width slash, not '/'", ['\u2044'] = "a fraction slash, not '/'", ['\u2215'] = "a division slash, not '/'",
    };

    /// <summary>Where the first character that is not printable ASCII or a tab stands; -1 where all are.</summary>
    public static int First(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
            if (text[i] is not ('\t' or (>= ' ' and <= '~'))) return i;
        return -1;
    }

    /// <summary>A character for a message: as it is where a reader sees it, else by number and name (<c>U+00A0 (a no-break space)</c>).</summary>
    public static string Show(char unit)
    {
        var number = $"U+{(int)unit:X4}";
        if (Names.TryGetValue(unit, out var name)) return $"{number} ({name})";
        return IsSeen(unit) ? $"'{unit}'" : number;
    }

    /// <summary>A text for a message, with what nobody sees by its number.</summary>
    public static string Reveal(string text) => text.All(IsSeen) ? text : string.Concat(text.Select(unit => IsSeen(unit) ? $"{unit}" : $"<U+{(int)unit:X4}>"));

    private static bool IsSeen(char unit) => unit == ' ' || char.GetUnicodeCategory(unit)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
