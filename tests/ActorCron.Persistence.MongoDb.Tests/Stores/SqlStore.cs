using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence.Query;
using Akka.Persistence.Sql;
using Akka.Persistence.Sql.Query;

namespace ActorCron.Persistence.MongoDb.Tests.Stores;

/// <summary>What SQLite and PostgreSQL have in common: Akka.Persistence.Sql.</summary>
public abstract class SqlStore
{
    protected abstract string ConnectionString { get; }

    protected abstract string Provider { get; }

    public Config Configuration(string journalExtras) => ConfigurationFactory.ParseString(
        $$"""
        akka.persistence {
          journal {
            plugin = "akka.persistence.journal.sql"
            sql {
              connection-string = "{{ConnectionString}}"
              provider-name = "{{Provider}}"
              auto-initialize = true
              {{journalExtras}}
            }
          }
          snapshot-store {
            plugin = "akka.persistence.snapshot-store.sql"
            sql {
              connection-string = "{{ConnectionString}}"
              provider-name = "{{Provider}}"
              auto-initialize = true
            }
          }
          query.journal.sql {
            connection-string = "{{ConnectionString}}"
            provider-name = "{{Provider}}"
            write-plugin = "akka.persistence.journal.sql"
            refresh-interval = 100ms
          }
        }
        """).WithFallback(SqlPersistence.DefaultConfiguration);

    public IReadJournal ReadJournal(ActorSystem system) =>
        PersistenceQuery.Get(system).ReadJournalFor<SqlReadJournal>(SqlReadJournal.Identifier);
}
