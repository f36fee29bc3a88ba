using System.Globalization;
using System.Text;

namespace ActorCron.Hosting.Jobs;

/// <summary>The text of an HTTP answer: a byte order mark decides, then the charset that its Content-Type names, then UTF-8.
/// Every charset that .NET knows counts, and the parts of ISO 8859 that it lacks.</summary>
internal static class AnswerText
{
    private static readonly (byte[] Mark, Encoding Encoding)[] Marks =
    [
        ([0xEF, 0xBB, 0xBF], Encoding.UTF8), ([0xFF, 0xFE, 0, 0], Encoding.UTF32), ([0, 0, 0xFE, 0xFF], new UTF32Encoding(true, true)),
        ([0xFF, 0xFE], Encoding.Unicode), ([0xFE, 0xFF], Encoding.BigEndianUnicode),
    ];

    /// <param name="bytes">The body, or its beginning.</param>
    /// <param name="charset">What Content-Type says, or null.</param>
    /// <param name="isWhole">Whether it is the whole body: else a character that the end cuts is left out.</param>
    /// <param name="note">What a reader should know of the text, or null.</param>
    public static string Of(ReadOnlySpan<byte> bytes, string? charset, bool isWhole, out string? note)
    {
        note = null;
        foreach (var (mark, marked) in Marks)
            if (bytes.StartsWith(mark)) return Decode(marked, bytes[mark.Length..], isWhole);
        var name = charset?.Trim().Trim('"', '\'').Trim() ?? "";
        if (name.Length == 0) return Decode(Encoding.UTF8, bytes, isWhole);
        if (Iso8859.TryDecode(name, bytes) is { } text) return text;
        if (Find(name, bytes) is { } encoding) return Decode(encoding, bytes, isWhole);
        note = $"the charset '{(name.Length > 40 ? name[..40] : name)}' is not known; read as UTF-8";
        return Decode(Encoding.UTF8, bytes, isWhole);
    }

    private static Encoding? Find(string name, ReadOnlySpan<byte> bytes)
    {
        if (name.Equals("utf-16", StringComparison.OrdinalIgnoreCase)) return WithoutMark(bytes);
        if (name.Equals("utf8", StringComparison.OrdinalIgnoreCase)) return Encoding.UTF8;
        try
        {
            var isNumbered = name.StartsWith("cp", StringComparison.OrdinalIgnoreCase) && int.TryParse(name.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out _);
            if (isNumbered) return ByNumber(int.Parse(name.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture));
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null; // utf-7 is known and not safe.
        }
    }

    private static Encoding ByNumber(int number) => CodePagesEncodingProvider.Instance.GetEncoding(number) ?? Encoding.GetEncoding(number);

    // Where no mark says which byte comes first, the zeros of letters of this world do.
    private static Encoding WithoutMark(ReadOnlySpan<byte> bytes)
    {
        var (even, odd) = (0, 0);
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != 0) continue;
            if (i % 2 == 0) even++;
            else odd++;
        }
        return even > odd ? Encoding.BigEndianUnicode : Encoding.Unicode;
    }

    private static string Decode(Encoding encoding, ReadOnlySpan<byte> bytes, bool isWhole)
    {
        var chars = new char[encoding.GetMaxCharCount(bytes.Length)];
        var count = encoding.GetDecoder().GetChars(bytes, chars, flush: isWhole);
        return new string(chars, 0, count);
    }
}
