using ActorCron.Core.Machines;

namespace ActorCron.Core.Tests.Machines;

public sealed class CommitQueueTests
{
    private readonly Decision<string> _decision = new();
    private int _state;

    private CommitQueue<string> Queue(int snapshotEvery = 1000, int maxEntryBytes = 1000) =>
        new(new CommitSettings(snapshotEvery) { MaxEntryBytes = maxEntryBytes, MaxOverdueBytes = 2 * maxEntryBytes }, e => e.Length, () => _state, TimeSpan.Zero);

    private void Decide(CommitQueue<string> queue, string? store, string? tell = null, bool mustWrite = false)
    {
        if (store is not null)
        {
            _decision.Events.Add(store);
            _state++;
        }
        _decision.MustWrite = mustWrite;
        if (tell is not null) _decision.Tell(new Address("asker"), tell);
        queue.Add(_decision);
        _decision.Clear();
    }

    private static IEnumerable<object> Told(CommitQueue<string> queue) => queue.TakeReleased().Select(effect => ((Effect.Send)effect).Message);

    [Fact]
    public void An_answer_without_events_leaves_at_once_while_nothing_is_unstored()
    {
        var queue = Queue();
        Decide(queue, null, "read");

        Assert.Equal(["read"], Told(queue));
        Assert.False(queue.TryBegin(out _));
    }

    [Fact]
    public void An_effect_leaves_only_after_its_events_are_stored()
    {
        var queue = Queue();
        Decide(queue, "a", "a stored");

        Assert.Empty(Told(queue));
        Assert.True(queue.TryBegin(out var entry));
        Assert.Equal("a", string.Join(",", entry));
        Assert.Empty(Told(queue));
        queue.Stored();
        Assert.Equal(["a stored"], Told(queue));
    }

    [Fact]
    public void An_answer_does_not_overtake_what_is_being_written_or_waits_to_be()
    {
        var queue = Queue();
        Decide(queue, "a", "1");
        queue.TryBegin(out _);
        Decide(queue, null, "2");
        Decide(queue, "b", "3");
        Decide(queue, null, "4");

        Assert.Empty(Told(queue));
        queue.Stored();
        Assert.Equal(["1", "2"], Told(queue));
        queue.TryBegin(out _);
        queue.Stored();
        Assert.Equal(["3", "4"], Told(queue));
    }

    [Fact]
    public void What_is_decided_during_a_write_shares_the_next_entry()
    {
        var queue = Queue();
        Decide(queue, "a");
        queue.TryBegin(out _);
        Decide(queue, "b");
        Decide(queue, "c");

        Assert.False(queue.TryBegin(out _));
        queue.Stored();
        Assert.True(queue.TryBegin(out var entry));
        Assert.Equal("b,c", string.Join(",", entry));
    }

    [Fact]
    public void An_entry_is_no_larger_than_allowed_but_holds_at_least_one_decision()
    {
        var queue = Queue(maxEntryBytes: 10);
        foreach (var e in (string[])["123456", "1234", "5", "12345678901234567890", "x"]) Decide(queue, e);

        var entries = new List<string>();
        while (queue.TryBegin(out var entry))
        {
            entries.Add(string.Join(",", entry));
            queue.Stored();
        }
        Assert.Equal(["123456,1234", "5", "12345678901234567890", "x"], entries);
    }

    [Fact]
    public void A_decision_that_is_larger_than_an_entry_takes_several_and_its_effects_wait_for_the_last()
    {
        var queue = Queue(maxEntryBytes: 10);
        _decision.Events.AddRange(["12345", "67890", "abcde", "fghij", "k"]);
        Decide(queue, null, "all stored");

        var entries = new List<string>();
        while (queue.TryBegin(out var entry))
        {
            Assert.Empty(Told(queue));
            entries.Add(string.Join(",", entry));
            queue.Stored();
        }
        Assert.Equal(["12345,67890", "abcde,fghij", "k"], entries);
        Assert.Equal(["all stored"], Told(queue));
    }

    [Fact]
    public void What_only_the_owner_may_say_is_said_after_an_entry_without_events()
    {
        var queue = Queue();
        Decide(queue, null, "no", mustWrite: true);

        Assert.Empty(Told(queue));
        Assert.True(queue.TryBegin(out var entry));
        Assert.Empty(entry);
        queue.Stored();
        Assert.Equal(["no"], Told(queue));
    }

    [Fact]
    public void A_snapshot_is_taken_under_steady_load_and_holds_just_what_its_entry_and_those_before_hold()
    {
        var queue = Queue(snapshotEvery: 3);
        var stored = 0;
        var snapshots = new List<(int State, int Stored)>();
        Decide(queue, "e");
        for (var i = 0; i < 10; i++)
        {
            Assert.True(queue.TryBegin(out var entry));
            // Something is always decided while an entry is being written.
            Decide(queue, "e");
            Decide(queue, "e");
            stored += entry.Length;
            if (queue.Stored() is { } state) snapshots.Add(((int)state, stored));
        }
        Assert.Equal(3, snapshots.Count);
        Assert.All(snapshots, snapshot => Assert.Equal(snapshot.Stored, snapshot.State));
    }

    [Fact]
    public void A_snapshot_is_taken_though_more_waits_than_one_entry_holds()
    {
        var queue = Queue(snapshotEvery: 2, maxEntryBytes: 4);
        var snapshots = 0;
        for (var i = 0; i < 20; i++)
        {
            for (var j = 0; j < 2; j++) Decide(queue, "1234");
            Assert.True(queue.TryBegin(out _));
            if (queue.Stored() is not null) snapshots++;
            while (queue.TryBegin(out _))
                if (queue.Stored() is not null) snapshots++;
        }
        Assert.True(snapshots > 5, $"{snapshots} snapshots");
    }

    [Fact]
    public void Entries_outlive_their_snapshot_until_it_is_old_and_no_longer_the_newest()
    {
        var queue = Queue();
        Assert.Equal(0, queue.SnapshotSaved(10, TimeSpan.FromMinutes(0)));
        Assert.Equal(0, queue.SnapshotSaved(20, TimeSpan.FromMinutes(1)));
        Assert.Equal(10, queue.SnapshotSaved(30, TimeSpan.FromMinutes(2)));
        Assert.Equal(20, queue.SnapshotSaved(40, TimeSpan.FromMinutes(3)));
        Assert.Equal(40, queue.SnapshotSaved(50, TimeSpan.FromMinutes(30)));
    }

    [Fact]
    public void A_writer_that_was_silent_for_long_must_start_again()
    {
        var queue = Queue();
        Assert.True(queue.IsAlive(TimeSpan.FromSeconds(30)));
        Assert.True(queue.IsAlive(TimeSpan.FromSeconds(80)));
        Assert.False(queue.IsAlive(TimeSpan.FromSeconds(141)));
    }

    [Fact]
    public void Whoever_is_silent_shorter_than_is_allowed_finds_its_next_number_taken()
    {
        var settings = new CommitSettings(1);
        Assert.True(settings.MaxSilence < settings.TrimAfter);
    }
}
