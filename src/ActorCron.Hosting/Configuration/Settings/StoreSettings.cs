namespace ActorCron.Hosting.Configuration;

public enum StoreKind { Sqlite, MongoDb, PostgreSql }

/// <summary>Where schedules and runs are kept.</summary>
/// <param name="Kind">The product.</param>
/// <param name="ConnectionString">In the driver's own form; for SQLite the file under the data folder when none was given. A secret.</param>
public sealed record StoreSettings(StoreKind Kind, string ConnectionString)
{
    /// <summary>Without the connection string: it may hold a password.</summary>
    public override string ToString() => $"store {Kind.ToString().ToLowerInvariant()}";
}
