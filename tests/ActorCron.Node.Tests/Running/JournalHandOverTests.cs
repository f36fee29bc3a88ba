using System.Collections.Immutable;
using ActorCron.Actors;
using ActorCron.Node.Tests.Configuration;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence.Sql;

namespace ActorCron.Node.Tests.Running;

/// <summary>A shard moves from one process to another and back, and each writes to its journal in its turn.</summary>
public sealed class JournalHandOverTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("actorcron-handover-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_a_process_wrote_before_and_after_another_one_is_all_there_for_the_next()
    {
        using var first = Start();
        using var second = Start();
        using var third = Start();

        await WriteAsync(first, 1, 2);
        await WriteAsync(second, 3, 4);
        await WriteAsync(first, 5, 6);
        await WriteAsync(second, 7);

        Assert.Equal([1, 2, 3, 4, 5, 6, 7], await ReadAsync(third));
        await Task.WhenAll(first.Terminate(), second.Terminate(), third.Terminate()).WaitAsync(Soon);
    }

    // As a machine that was frozen while the cluster gave its shard to another node.
    [Fact]
    public async Task One_that_was_replaced_and_does_not_know_it_ends_before_it_turns_anything_down()
    {
        using var first = Start();
        using var second = Start();
        var frozen = first.ActorOf(Props.Create(() => new Moving()));
        Assert.Empty(await frozen.Ask<List<byte>>(new Read(), Soon));
        await WriteAsync(second, 1);

        var answer = frozen.Ask<string>(new TurnDown(), Soon);
        var ended = frozen.WatchAsync();

        Assert.Same(ended, await Task.WhenAny(answer, ended).WaitAsync(Soon));
        Assert.Equal([1], await ReadAsync(second));
        var owner = second.ActorOf(Props.Create(() => new Moving()));
        Assert.Equal("turned down", await owner.Ask<string>(new TurnDown(), Soon));
    }

    private ActorSystem Start() => ActorSystem.Create("ActorCron", ConfigurationFactory.ParseString($$"""
        akka {
          actor.provider = local
          loglevel = ERROR
          persistence {
            journal { plugin = "akka.persistence.journal.sql", sql { connection-string = "Data Source={{Path.Combine(_folder.FullName, "store.db").Replace('\\', '/')}}", provider-name = "SQLite.MS", auto-initialize = on } }
            snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
          }
        }
        """).WithFallback(ConfigFolder.Load().Akka).WithFallback(SqlPersistence.DefaultConfiguration));

    private static async Task WriteAsync(ActorSystem system, params byte[] entries)
    {
        var shard = system.ActorOf(Props.Create(() => new Moving()));
        foreach (var entry in entries) Assert.Equal([entry], await shard.Ask<byte[]>(new[] { entry }, Soon));
        await shard.GracefulStop(Soon);
    }

    private static Task<List<byte>> ReadAsync(ActorSystem system) => system.ActorOf(Props.Create(() => new Moving())).Ask<List<byte>>(new Read(), Soon);

    private sealed record Read;
    private sealed record TurnDown;

    private sealed class Moving : GroupCommitActor<byte>
    {
        private readonly List<byte> _entries = [];

        public Moving() : base(snapshotEvery: 1000)
        {
            Recover<byte[]>(_entries.AddRange);
            Command<byte[]>(entry =>
            {
                var sender = Sender;
                Commit(entry, () => sender.Tell(entry));
            });
            Command<TurnDown>(_ =>
            {
                var sender = Sender;
                CommitAsOwner(() => sender.Tell("turned down"));
            });
            Command<Read>(_ => Sender.Tell(_entries.ToList()));
        }

        public override string PersistenceId => "moving";
        protected override object ToEntry(ImmutableArray<byte> events) => events.ToArray();
        protected override object ToSnapshot() => _entries.ToArray();
        protected override void Apply(byte decided) => _entries.Add(decided);
        protected override int SizeOf(byte decided) => 1;
    }
}
