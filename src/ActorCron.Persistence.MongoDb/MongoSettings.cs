using Akka.Configuration;

namespace ActorCron.Persistence.MongoDb;

/// <summary>What journal and snapshot store have in common, as read from HOCON. A key that a plugin section lacks (the
/// one of cluster sharding, for instance) has the default of <c>reference.conf</c>.</summary>
public abstract record MongoSettings
{
    private protected MongoSettings(Config section)
    {
        ConnectionString = section.GetString("connection-string");
        Collection = Required(section, "collection");
        AutoInitialize = section.GetBoolean("auto-initialize");
        CallTimeout = Positive(section, "call-timeout");
        if (section.GetBoolean("legacy-serialization"))
            throw new ConfigurationException(
                "legacy-serialization = on is not supported: payloads are stored as bytes with a serializer id, so that " +
                "sharding, actor references and AtLeastOnceDelivery work. Set it to off.");
    }

    /// <summary>A MongoDB URL with a database; may hold a password, so it must not be logged.</summary>
    public string ConnectionString { get; }

    /// <summary>The main collection.</summary>
    public string Collection { get; }

    /// <summary>Whether indexes are created on first use.</summary>
    public bool AutoInitialize { get; }

    /// <summary>How long one call goes on trying.</summary>
    public TimeSpan CallTimeout { get; }

    /// <summary>The type's name alone: a record would print the connection string, password included.</summary>
    public sealed override string ToString() => GetType().Name;

    private protected static string Required(Config section, string key) =>
        section.GetString(key) is { Length: > 0 } text ? text : throw new ConfigurationException($"{key} is empty.");

    private protected static TimeSpan Positive(Config section, string key) =>
        section.GetTimeSpan(key, null, allowInfinite: false) is { } span && span > TimeSpan.Zero
            ? span
            : throw new ConfigurationException($"{key} must be a duration above zero, for example 20s.");

    private protected static int AtLeastOne(Config section, string key) =>
        section.GetInt(key) is var number and > 0
            ? number
            : throw new ConfigurationException($"{key} must be a number of at least 1, but is {section.GetString(key)}.");
}
