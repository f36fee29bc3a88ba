using System.Collections.Immutable;
using ActorCron.Actors.Shells;
using ActorCron.Core.Machines;
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

    private sealed class Entries : IMachine<byte>
    {
        public List<byte> Stored { get; } = [];

        public void Step(object message, Core.Machines.Address from, Moment now, Decision<byte> into)
        {
            switch (message)
            {
                case byte[] entries:
                    into.Events.AddRange(entries);
                    foreach (var entry in entries) Apply(entry);
                    into.Tell(from, entries);
                    break;
                case TurnDown:
                    into.MustWrite = true;
                    into.Tell(from, "turned down");
                    break;
                case Read: into.Tell(from, Stored.ToList()); break;
            }
        }

        public void Apply(byte stored) => Stored.Add(stored);
    }

    private sealed class Moving : PersistentMachineActor<byte>
    {
        private readonly Entries _entries;

        public Moving() : this(new Entries()) { }

        private Moving(Entries entries) : base("moving", entries, TimeProvider.System, new CommitSettings(1000)) => _entries = entries;

        protected override object ToEntry(ImmutableArray<byte> events) => events.ToArray();
        protected override IEnumerable<byte>? EventsOf(object entry) => entry as byte[];
        protected override object ToSnapshot() => _entries.Stored.ToArray();
        protected override void Restore(object snapshot) => _entries.Stored.AddRange((byte[])snapshot);
        protected override int SizeOf(byte decided) => 1;
    }
}
