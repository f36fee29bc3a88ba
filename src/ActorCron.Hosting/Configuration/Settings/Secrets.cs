namespace ActorCron.Hosting.Configuration;

/// <summary>Keeps secrets out of what is printed.</summary>
public static class Secrets
{
    /// <summary>The URI with its password, if any, as <c>***</c>.</summary>
    public static string Mask(Uri uri)
    {
        var user = uri.UserInfo;
        if (user.Length == 0) return uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        var colon = user.IndexOf(':');
        var shown = colon < 0 ? user : user[..colon] + ":***";
        return $"{uri.Scheme}://{shown}@{uri.Authority}{uri.AbsolutePath}";
    }

    /// <summary>Whether the value of a key must never be shown.</summary>
    internal static bool IsSecret(string key) =>
        key.EndsWith("token", StringComparison.Ordinal) || key.EndsWith("connection-string", StringComparison.Ordinal) ||
        key.EndsWith(".uri", StringComparison.Ordinal) || key.EndsWith("password", StringComparison.Ordinal) || key.Contains("shell.env.", StringComparison.Ordinal);
}
