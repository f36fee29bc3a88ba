using System.Collections.Concurrent;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Events;

namespace ActorCron.Persistence.MongoDb.Tests;

/// <summary>What a client has sent, from the driver's own command events.</summary>
public sealed class CommandLog
{
    private static readonly string[] Housekeeping = ["isMaster", "hello", "ping", "endSessions", "createIndexes", "buildInfo"];

    private readonly ConcurrentQueue<BsonDocument> _sent = new();
    private readonly ConcurrentDictionary<int, byte> _openInserts = new();
    private int _mostInserts;

    /// <summary>All but housekeeping, in the order sent.</summary>
    public IReadOnlyList<BsonDocument> Sent => [.. _sent];

    /// <summary>The largest number of inserts under way at one time.</summary>
    public int MostInsertsAtATime => _mostInserts;

    public IEnumerable<BsonDocument> Named(string command) => Sent.Where(sent => sent.ElementCount > 0 && sent.GetElement(0).Name == command);

    public void Clear()
    {
        _sent.Clear();
        _mostInserts = 0;
    }

    public void Attach(MongoClientSettings settings) => settings.ClusterConfigurator = builder => builder
        .Subscribe<CommandStartedEvent>(OnStarted)
        .Subscribe<CommandSucceededEvent>(e => _openInserts.TryRemove(e.RequestId, out _))
        .Subscribe<CommandFailedEvent>(e => _openInserts.TryRemove(e.RequestId, out _));

    private void OnStarted(CommandStartedEvent started)
    {
        if (Housekeeping.Contains(started.CommandName))
            return;
        _sent.Enqueue(started.Command.DeepClone().AsBsonDocument);
        if (started.CommandName != "insert")
            return;
        _openInserts[started.RequestId] = 0;
        InterlockedMax(ref _mostInserts, _openInserts.Count);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = target; seen < value; seen = target)
            Interlocked.CompareExchange(ref target, value, seen);
    }
}
