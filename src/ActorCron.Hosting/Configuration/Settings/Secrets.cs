namespace ActorCron.Hosting.Configuration;

/// <summary>Keeps secrets out of what is printed.</summary>
internal static class Secrets
{
    /// <summary>Whether the value of a key must never be shown.</summary>
    public static bool IsSecret(string key) =>
        key.EndsWith("token", StringComparison.Ordinal) || key.EndsWith("connection-string", StringComparison.Ordinal) ||
        key.EndsWith(".uri", StringComparison.Ordinal) || key.EndsWith("password", StringComparison.Ordinal) || key.Contains("shell.env.", StringComparison.Ordinal);
}
