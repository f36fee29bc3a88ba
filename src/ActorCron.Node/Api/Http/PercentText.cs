using System.Text;

namespace ActorCron.Node.Api.Http;

/// <summary>Percent-encoding read strictly: what ASP.NET leaves as it stands when it is broken or not UTF-8 is an error here.</summary>
internal static class PercentText
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <exception cref="ApiProblem">The encoding is broken, or is not UTF-8.</exception>
    public static string Decode(string text, string field)
    {
        if (!text.Contains('%', StringComparison.Ordinal)) return text;
        var bytes = new byte[text.Length * 3];
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                count += Encoding.UTF8.GetBytes(text.AsSpan(i, 1), bytes.AsSpan(count));
                continue;
            }
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                throw ApiProblem.Bad(field, "'%' in an address is followed by two hexadecimal digits; write %25 for the sign itself");
            bytes[count++] = Convert.FromHexString(text.AsSpan(i + 1, 2))[0];
            i += 2;
        }
        try
        {
            return StrictUtf8.GetString(bytes, 0, count);
        }
        catch (DecoderFallbackException)
        {
            throw ApiProblem.Bad(field, "its percent-encoding is not UTF-8");
        }
    }
}
