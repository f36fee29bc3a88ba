using Akka.Actor;
using Akka.Configuration;

namespace ActorCron.Persistence.MongoDb;

/// <summary>The queries' settings; each key is explained in <c>reference.conf</c>.</summary>
/// <param name="WritePlugin">The path of the journal that is read.</param>
/// <param name="RefreshInterval">How often a live query looks for new events.</param>
/// <param name="MaxBufferSize">Documents a read.</param>
public sealed record MongoQuerySettings(string WritePlugin, TimeSpan RefreshInterval, int MaxBufferSize)
{
    /// <summary>Reads a query section; <paramref name="system"/> says which journal is its default one.</summary>
    /// <exception cref="ConfigurationException">A value is out of bounds; the message names key and bound.</exception>
    public static MongoQuerySettings Create(ActorSystem system, Config section)
    {
        var all = section.WithFallback(MongoDbPersistence.DefaultConfiguration().GetConfig(MongoReadJournal.Identifier));
        var refresh = all.GetTimeSpan("refresh-interval", null, allowInfinite: false);
        if (refresh <= TimeSpan.Zero)
            throw new ConfigurationException("refresh-interval must be a duration above zero, for example 3s.");
        var buffer = all.GetInt("max-buffer-size");
        if (buffer < 1)
            throw new ConfigurationException($"max-buffer-size must be a number of at least 1, but is {all.GetString("max-buffer-size")}.");
        return new(JournalPath(system.Settings.Config, all.GetString("write-plugin")), refresh, buffer);
    }

    private static string JournalPath(Config root, string named)
    {
        if (!string.IsNullOrEmpty(named))
        {
            return root.HasPath(named)
                ? named
                : throw new ConfigurationException($"write-plugin names '{named}', but there is no such section.");
        }

        var standard = root.GetString("akka.persistence.journal.plugin");
        var isOurs = !string.IsNullOrEmpty(standard) &&
            Type.GetType(root.GetString(standard + ".class", ""), throwOnError: false) == typeof(MongoJournal);
        return isOurs ? standard : MongoJournalSettings.DefaultPath;
    }
}
