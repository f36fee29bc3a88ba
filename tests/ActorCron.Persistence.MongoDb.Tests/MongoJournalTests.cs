using Akka.Actor;
using Akka.Persistence;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ActorCron.Persistence.MongoDb.Tests;

public class MongoJournalTests : MongoTestBase
{
    [MongoFact]
    public async Task A_batch_of_two_hundred_writes_takes_two_round_trips()
    {
        await WriteAsync(Singles("first", 1, 1)); // Creates indexes and counter.
        Commands.Clear();

        await WriteAsync(Singles("a", 1, 200));

        var number = Assert.Single(Commands.Named("findAndModify"));
        Assert.Equal(200, number["update"]["$inc"]["Value"].ToInt64());
        var insert = Assert.Single(Commands.Named("insert"));
        Assert.Equal(200, insert["documents"].AsBsonArray.Count);
        Assert.True(insert["ordered"].AsBoolean);
    }

    [MongoFact]
    public async Task Writers_share_bulk_inserts_and_only_four_run_at_a_time()
    {
        await WriteAsync(Singles("first", 1, 1));
        Commands.Clear();

        var writers = Enumerable.Range(0, 200).Select(i => $"w{i}").ToList();
        foreach (var writer in writers)
            Journal.Tell(new WriteMessages(Singles(writer, 1, 10), Probe, InstanceId));
        for (var i = 0; i < 200 * 11; i++)
            Assert.True(await Probe.ExpectMsgAsync<object>() is WriteMessagesSuccessful or WriteMessageSuccess);

        Assert.InRange(Commands.MostInsertsAtATime, 1, 4);
        Assert.InRange(Commands.Named("insert").Count(), 1, 100);
        Assert.Equal(2000, Commands.Named("insert").Sum(insert => insert["documents"].AsBsonArray.Count));
    }

    [MongoFact]
    public async Task Writes_and_reads_ask_for_a_majority()
    {
        await WriteAsync(Singles("a", 1, 1));
        await ReplayAsync("a");

        Assert.All(Commands.Named("insert").Concat(Commands.Named("findAndModify")),
            sent => Assert.Equal("majority", sent["writeConcern"]["w"]));
        Assert.All(Commands.Named("find"), sent => Assert.Equal("majority", sent["readConcern"]["level"]));
    }

    [MongoFact]
    public async Task A_document_has_the_official_plugins_fields()
    {
        await WriteAsync(new AtomicWrite(Event("a", 1, "a green apple")));

        var document = await Events.Find(FilterDefinition<BsonDocument>.Empty).SingleAsync();
        Assert.Equal(
            ["_id", "PersistenceId", "SequenceNr", "IsDeleted", "Payload", "Manifest", "Ordering", "Tags", "SerializerId"],
            document.Names);
        Assert.Equal(("a_1", "a", 1L, false, ""), (document["_id"].AsString, document["PersistenceId"].AsString,
            document["SequenceNr"].AsInt64, document["IsDeleted"].AsBoolean, document["Manifest"].AsString));
        Assert.Equal(new BsonTimestamp(1), document["Ordering"]);
        Assert.Equal(["apple", "green"], document["Tags"].AsBsonArray.Select(tag => tag.AsString).Order());
        Assert.True(document["Payload"].IsBsonBinaryData && document["SerializerId"].IsBsonNull);
    }

    [MongoFact]
    public async Task Events_persisted_together_are_one_document()
    {
        await WriteAsync(Together("a", 1, 50));

        var document = await Events.Find(FilterDefinition<BsonDocument>.Empty).SingleAsync();
        Assert.Equal(("a_1", 1L, 50L, 50), (document["_id"].AsString, document["FirstSequenceNr"].AsInt64,
            document["SequenceNr"].AsInt64, document["Events"].AsBsonArray.Count));
        Assert.Equal(Enumerable.Range(1, 50).Select(i => (long)i), (await ReplayAsync("a")).Events);
    }

    [MongoFact]
    public async Task A_second_writer_fails_and_stores_nothing_after_the_clash()
    {
        await WriteAsync(Singles("a", 1, 2));

        // A writer that knows of one event only.
        Journal.Tell(new WriteMessages(Singles("a", 2, 5), Probe, InstanceId));

        var failed = await Probe.ExpectMsgAsync<WriteMessagesFailed>();
        var cause = Assert.IsType<SequenceNrTakenException>(failed.Cause);
        Assert.Contains("Sequence number 2 of 'a'", cause.Message, StringComparison.Ordinal);
        for (var i = 2; i <= 5; i++)
            Assert.Equal(i, (await Probe.ExpectMsgAsync<WriteMessageFailure>()).Persistent.SequenceNr);
        Assert.Equal([1L, 2L], (await ReplayAsync("a")).Events);
    }

    [MongoFact]
    public async Task A_clash_of_one_writer_leaves_the_others_of_its_batch_alone()
    {
        await WriteAsync(Singles("loser", 1, 1));

        Journal.Tell(new WriteMessages(Singles("before", 1, 3), Probe, InstanceId));
        Journal.Tell(new WriteMessages(Singles("loser", 1, 3), Probe, InstanceId));
        Journal.Tell(new WriteMessages(Singles("after", 1, 3), Probe, InstanceId));

        await Probe.ExpectMsgAsync<WriteMessagesSuccessful>();
        for (var i = 0; i < 3; i++)
            await Probe.ExpectMsgAsync<WriteMessageSuccess>();
        await Probe.ExpectMsgAsync<WriteMessagesFailed>();
        for (var i = 0; i < 3; i++)
            await Probe.ExpectMsgAsync<WriteMessageFailure>();
        await Probe.ExpectMsgAsync<WriteMessagesSuccessful>();
        Assert.Equal([1L, 2L, 3L], (await ReplayAsync("after")).Events);
        Assert.Equal([1L], (await ReplayAsync("loser")).Events);
    }

    [MongoFact]
    public async Task Writes_that_overlap_by_some_events_clash_too()
    {
        await WriteAsync(Together("a", 1, 3));

        Journal.Tell(new WriteMessages([Together("a", 1, 2)], Probe, InstanceId));

        await Probe.ExpectMsgAsync<WriteMessagesFailed>();
        Assert.Equal([1L, 2L, 3L], (await ReplayAsync("a")).Events);
    }

    [MongoFact]
    public async Task An_event_above_the_document_limit_is_rejected_with_its_size_and_the_others_are_stored()
    {
        var large = new AtomicWrite(Event("a", 2, new byte[17 * 1024 * 1024]));

        Journal.Tell(new WriteMessages([.. Singles("a", 1, 1), large, .. Singles("a", 3, 3)], Probe, InstanceId));

        await Probe.ExpectMsgAsync<WriteMessagesSuccessful>();
        await Probe.ExpectMsgAsync<WriteMessageSuccess>();
        var rejected = await Probe.ExpectMsgAsync<WriteMessageRejected>();
        Assert.IsType<EventTooLargeException>(rejected.Cause);
        Assert.Contains("Event 2 of 'a' takes about", rejected.Cause.Message, StringComparison.Ordinal);
        await Probe.ExpectMsgAsync<WriteMessageSuccess>();
        Assert.Equal([1L, 3L], (await ReplayAsync("a")).Events);
    }

    [MongoFact]
    public async Task An_event_just_below_the_document_limit_is_stored()
    {
        var text = new string('x', 16 * 1024 * 1024 - 40 * 1024);
        await WriteAsync(new AtomicWrite(Event("a", 1, text)));
        Assert.Equal([1L], (await ReplayAsync("a")).Events);
    }

    [MongoFact]
    public async Task A_replay_reads_page_by_page()
    {
        for (var i = 0; i < 5; i++)
            await WriteAsync(Singles("a", i * 1000 + 1, i * 1000 + 1000));
        Commands.Clear();

        var (events, highest) = await ReplayAsync("a");

        Assert.Equal((5000, 5000L), (events.Count, highest));
        Assert.All(Commands.Named("getMore"), sent => Assert.Equal(1000, sent["batchSize"].ToInt32()));
        Assert.InRange(Commands.Named("getMore").Count(), 4, 5);
    }

    [MongoFact]
    public async Task A_deletion_that_parts_a_document_keeps_the_rest_and_its_highest_number()
    {
        await WriteAsync(Together("a", 1, 10));

        Journal.Tell(new DeleteMessagesTo("a", 7, Probe));
        await Probe.ExpectMsgAsync<DeleteMessagesSuccess>();

        var (events, highest) = await ReplayAsync("a");
        Assert.Equal([8L, 9L, 10L], events);
        Assert.Equal(10, highest);
    }

    [MongoFact]
    public async Task A_data_set_of_the_official_plugin_is_read_and_continued()
    {
        await WriteAsync(Singles("template", 1, 1));
        var template = await Events.Find(FilterDefinition<BsonDocument>.Empty).SingleAsync();
        await Store.Database.DropCollectionAsync("EventJournal");
        await Store.Database.DropCollectionAsync("Ordering");
        var seconds = 1_700_000_000;
        for (var i = 1; i <= 3; i++)
        {
            var row = template.DeepClone().AsBsonDocument;
            row["_id"] = $"official_{i}";
            row["PersistenceId"] = "official";
            row["SequenceNr"] = (long)i;
            row["Ordering"] = new BsonTimestamp(seconds, i);
            await Events.InsertOneAsync(row);
        }

        await Store.Database.GetCollection<BsonDocument>("Metadata").InsertOneAsync(new BsonDocument
        {
            ["_id"] = "cleaned", ["PersistenceId"] = "cleaned", ["SequenceNr"] = 12L,
        });

        Assert.Equal(12, (await ReplayAsync("cleaned")).Highest);
        Assert.Equal(3, (await ReplayAsync("official")).Highest);
        await WriteAsync(Singles("official", 4, 4));
        var newest = await Events.Find(Builders<BsonDocument>.Filter.Eq("SequenceNr", 4L)).SingleAsync();
        Assert.Equal(new BsonTimestamp(new BsonTimestamp(seconds, 3).Value + 1), newest["Ordering"]);
    }

    [MongoFact]
    public async Task A_persistent_actor_recovers_to_its_own_writes_under_way()
    {
        await WriteAsync(Singles("a", 1, 1));

        // Both at once: the replay must wait for the write, or its actor would use the numbers twice.
        Journal.Tell(new WriteMessages(Singles("a", 2, 500), Probe, InstanceId));
        var (_, highest) = await ReplayAsync("a");

        Assert.Equal(500, highest);
    }
}
