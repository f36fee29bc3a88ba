using Npgsql;

namespace ActorCron.Hosting.Configuration;

/// <summary>Takes the URI form that other PostgreSQL clients use for Npgsql's own: <c>postgresql://user:password@host:port/database?key=value</c>.</summary>
internal static class PostgresUri
{
    /// <summary>The text as key-value pairs; unchanged when it is no such URI.</summary>
    /// <exception cref="ArgumentException">A key of its query is unknown to Npgsql.</exception>
    public static string ToKeyValues(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgres" or "postgresql")) return text;
        var builder = new NpgsqlConnectionStringBuilder { Host = uri.Host, Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')) };
        if (uri.Port > 0) builder.Port = uri.Port;
        var user = uri.UserInfo.Split(':', 2);
        if (user[0].Length > 0) builder.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length == 2) builder.Password = Uri.UnescapeDataString(user[1]);
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var value = Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? "");
            if (parts[0] == "sslmode") builder["SSL Mode"] = value.Replace("-", "", StringComparison.Ordinal);
            else builder[Uri.UnescapeDataString(parts[0]).Replace('_', ' ')] = value;
        }
        return builder.ConnectionString;
    }
}
