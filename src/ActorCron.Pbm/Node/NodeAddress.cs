namespace ActorCron.Pbm.Node;

/// <summary>Where a node listens: <c>HOST:PORT</c>, <c>[IPv6]:PORT</c>, or an http(s) URL when it stands behind a proxy.</summary>
/// <param name="Base">The URL that API paths are appended to; ends with a slash.</param>
/// <param name="Display">As the prompt and errors show it.</param>
internal sealed record NodeAddress(Uri Base, string Display)
{
    public const int DefaultPort = 9110;

    public static readonly NodeAddress Default = Parse("127.0.0.1:9110")!;

    /// <summary>The address that <paramref name="text"/> names, or null when it names none.</summary>
    /// <param name="text">An address.</param>
    /// <param name="bareHost">Whether a host alone counts, with port 9110. Not on the command line: there a word
    /// without a port is more likely a mistyped palette.</param>
    public static NodeAddress? Parse(string text, bool bareHost = false)
    {
        if (text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            return Uri.TryCreate(text.TrimEnd('/') + '/', UriKind.Absolute, out var url) && url.Query.Length == 0 && url.UserInfo.Length == 0
                ? new NodeAddress(url, url.ToString().TrimEnd('/'))
                : null;

        if (text.Length == 0 || text.IndexOfAny(['/', '?', '#', '@', ' ', '\\']) >= 0) return null;
        var isIPv6 = text[0] == '[';
        var colon = text.LastIndexOf(':');
        if (isIPv6 && colon < text.IndexOf(']')) colon = -1;
        if (colon < 0)
            return bareHost ? Parse($"{text}:{DefaultPort}") : null;
        if (!isIPv6 && text.IndexOf(':') != colon) return null;
        if (!ushort.TryParse(text.AsSpan(colon + 1), out var port) || port == 0 || colon == 0) return null;
        return Uri.TryCreate($"http://{text}/", UriKind.Absolute, out var uri) && uri.Port == port ? new NodeAddress(uri, text) : null;
    }
}
