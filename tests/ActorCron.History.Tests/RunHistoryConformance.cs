using ActorCron.Core.Runs;
using static ActorCron.History.Tests.Runs;

namespace ActorCron.History.Tests;

/// <summary>What every run history promises, tried on a real store that starts empty.</summary>
public abstract class RunHistoryConformance : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private protected IRunHistory History { get; private set; } = null!;

    /// <summary>An empty store, not initialized.</summary>
    protected abstract Task<IRunHistory> CreateAsync();

    /// <summary>The same store through another instance, as another node has it.</summary>
    protected abstract IRunHistory Another();

    public virtual async Task InitializeAsync()
    {
        History = await CreateAsync();
        await History.InitializeAsync(None);
    }

    public virtual async Task DisposeAsync() => await ((IAsyncDisposable)History).DisposeAsync();

    [StoreFact]
    public async Task A_run_comes_back_with_every_field()
    {
        await History.UpsertAsync([Full], None);

        Assert.Equal(Full, await History.GetAsync(Full.Spec.Id, None));
        Assert.Equal(Full, Assert.Single((await History.ListAsync(new RunQuery { WithOutput = true }, None)).Items));
        Assert.Equal(Full with { Output = null }, Assert.Single((await History.ListAsync(new RunQuery(), None)).Items));
    }

    [StoreFact]
    public async Task A_run_that_is_not_stored_is_null() => Assert.Null(await History.GetAsync("nowhere@2026-11-24T01:15Z", None));

    [StoreFact]
    public async Task A_lower_revision_never_overwrites_a_higher_one()
    {
        var running = Of("a", 0, RunState.Running, revision: 2);
        var succeeded = Of("a", 0, RunState.Succeeded, revision: 3) with { Output = "done" };

        await History.UpsertAsync([succeeded], None);
        await History.UpsertAsync([running], None);
        await History.UpsertAsync([succeeded with { Error = "same revision" }], None);

        Assert.Equal(succeeded, await History.GetAsync("a@00000", None));
        Assert.Empty((await History.ListAsync(new RunQuery { States = [RunState.Running] }, None)).Items);
    }

    [StoreFact]
    public async Task A_batch_may_hold_several_revisions_of_a_run_in_any_order()
    {
        await History.UpsertAsync([Of("a", 0, RunState.Running, revision: 2), Of("a", 0, RunState.Failed, revision: 3), Of("a", 0, RunState.Dispatched, revision: 1)], None);

        Assert.Equal(RunState.Failed, (await History.GetAsync("a@00000", None))?.State);
    }

    [StoreFact]
    public async Task A_new_attempt_takes_the_old_output_away_until_it_brings_its_own()
    {
        await History.UpsertAsync([Of("a", 0, RunState.Retrying, revision: 1) with { Output = "first" }], None);
        await History.UpsertAsync([Of("a", 0, RunState.Running, revision: 2)], None);
        var between = await History.GetAsync("a@00000", None);
        await History.UpsertAsync([Of("a", 0, RunState.Succeeded, revision: 3) with { Output = "second" }], None);

        Assert.Null(between?.Output);
        Assert.Equal("second", (await History.GetAsync("a@00000", None))?.Output);
    }

    [StoreFact]
    public async Task Nothing_written_is_nothing_done() => await History.UpsertAsync([], None);

    [StoreFact]
    public async Task Initializing_again_and_from_several_nodes_at_once_keeps_what_is_there()
    {
        await History.UpsertAsync([Of("a", 0)], None);

        var others = Enumerable.Range(0, 4).Select(_ => Another()).ToList();
        await Task.WhenAll(others.Select(other => other.InitializeAsync(None)));

        foreach (var other in others)
        {
            Assert.NotNull(await other.GetAsync("a@00000", None));
            await ((IAsyncDisposable)other).DisposeAsync();
        }
    }

    [StoreFact]
    public async Task Existing_ids_are_told_from_others()
    {
        await History.UpsertAsync([Of("a", 0), Of("b", 1), Of(null, 2)], None);

        var existing = await History.ExistingAsync(["b@00001", "message@00002", "c@00001", "a"], None);

        Assert.Equal(["b@00001", "message@00002"], existing.Order(StringComparer.Ordinal));
        Assert.Empty(await History.ExistingAsync([], None));
    }

    public static TheoryData<string, string> Filters { get; } = new()
    {
        { "", "nightly@00004 message@00003 daily@00002 nightly@00002 hourly@00001 nightly@00001 nightly@00000" },
        { "schedule=nightly", "nightly@00004 nightly@00002 nightly@00001 nightly@00000" },
        { "user=rob", "daily@00002 nightly@00002 nightly@00001 nightly@00000" },
        { "queue=slow", "nightly@00004 message@00003 hourly@00001" },
        { "state=Failed", "nightly@00002 nightly@00000" },
        { "state=Failed state=Running", "nightly@00002 hourly@00001 nightly@00000" },
        // From is inclusive, to is exclusive.
        { "from=1 to=3", "daily@00002 nightly@00002 hourly@00001 nightly@00001" },
        { "from=5", "" },
        { "schedule=nightly state=Failed", "nightly@00002 nightly@00000" },
        { "user=rob state=Failed from=1", "nightly@00002" },
        { "user=ann queue=slow", "nightly@00004 message@00003 hourly@00001" },
        { "user=rob queue=slow", "" },
        // The schedule changed hands and queues.
        { "schedule=nightly user=ann", "nightly@00004" },
        { "schedule=nightly user=rob to=2", "nightly@00001 nightly@00000" },
        { "schedule=nightly queue=slow", "nightly@00004" },
        { "schedule=hourly user=rob", "" },
        { "schedule=nowhere", "" },
        { "user=nobody", "" },
        { "queue=none", "" },
        { "queue=slow state=Succeeded from=3 to=4", "message@00003" },
    };

    [StoreTheory]
    [MemberData(nameof(Filters))]
    public async Task Every_filter_given_must_hold(string filter, string expected)
    {
        await History.UpsertAsync(
        [
            Of("nightly", 0, RunState.Failed), Of("nightly", 1), Of("nightly", 2, RunState.Failed),
            Of("nightly", 4, user: "ann", queue: "slow"), Of("daily", 2),
            Of("hourly", 1, RunState.Running, "ann", "slow"), Of(null, 3, RunState.Succeeded, "ann", "slow"),
        ], None);

        var page = await History.ListAsync(Parse(filter), None);

        // Runs of the same minute come in the store's own order.
        var inOrder = page.Items.OrderByDescending(run => run.Spec.ScheduledFor).ThenBy(run => run.Spec.Id, StringComparer.Ordinal);
        Assert.Equal(expected, string.Join(' ', inOrder.Select(run => run.Spec.Id)));
        Assert.Equal(page.Items.Select(run => run.Spec.ScheduledFor).OrderDescending(), page.Items.Select(run => run.Spec.ScheduledFor));
        Assert.Null(page.Next);
    }

    [StoreTheory]
    [InlineData("")]
    [InlineData("schedule=a")]
    [InlineData("user=rob")]
    [InlineData("user=ann to=70")]
    [InlineData("queue=slow")]
    [InlineData("state=Failed state=Succeeded")]
    public async Task Pages_follow_each_other_without_a_gap_or_a_repeat_also_among_runs_of_one_minute(string filter)
    {
        var runs = Enumerable.Range(0, 300).Select(i => Of(i % 3 == 0 ? "a" : "b", i, i % 7 == 0 ? RunState.Failed : RunState.Succeeded, i % 2 == 0 ? "rob" : "ann", i % 5 == 0 ? "slow" : "default"))
            .Select((run, i) => run with { Spec = run.Spec with { ScheduledFor = Noon.AddMinutes(i / 100 * 50) } }).ToList();
        await History.UpsertAsync(runs, None);
        var all = (await History.ListAsync(Parse(filter) with { Limit = 1000 }, None)).Items.Select(run => run.Spec.Id).ToList();

        var (paged, query) = (new List<string>(), Parse(filter) with { Limit = 7 });
        do
        {
            var page = await History.ListAsync(query, None);
            paged.AddRange(page.Items.Select(run => run.Spec.Id));
            query = query with { After = page.Next };
            Assert.True(page.Next is null || page.Items.Count == 7);
        }
        while (query.After is not null);

        Assert.Equal(all, paged);
        Assert.Equal(paged.Count, paged.Distinct().Count());
        Assert.NotEmpty(paged);
    }

    [StoreFact]
    public async Task Pages_of_a_user_with_many_queues_hold_the_newest_of_all_of_them()
    {
        // Some queues have one old run, some many, some new ones only, and some share their minutes.
        var runs = Enumerable.Range(0, 400).Select(i => Of($"s{i}", i * i % 150, i % 9 == 0 ? RunState.Failed : RunState.Succeeded, "ann", $"q{i % 80 * (i % 5) % 80}")).ToList();
        await History.UpsertAsync(runs, None);

        var (paged, query) = (new List<Run>(), new RunQuery { User = "ann", From = Noon.AddMinutes(3), To = Noon.AddMinutes(140), Limit = 30 });
        do
        {
            var page = await History.ListAsync(query, None);
            paged.AddRange(page.Items);
            query = query with { After = page.Next };
        }
        while (query.After is not null);

        var expected = runs.Where(run => run.Spec.ScheduledFor >= query.From && run.Spec.ScheduledFor < query.To).ToList();
        Assert.Equal(expected.Select(run => run.Spec.ScheduledFor).OrderDescending(), paged.Select(run => run.Spec.ScheduledFor));
        Assert.Equal(expected.Select(run => run.Spec.Id).Order(StringComparer.Ordinal), paged.Select(run => run.Spec.Id).Order(StringComparer.Ordinal));
    }

    [StoreFact]
    public async Task A_page_that_ends_with_the_last_run_has_no_next()
    {
        await History.UpsertAsync([Of("a", 0), Of("a", 1)], None);

        Assert.Null((await History.ListAsync(new RunQuery { Limit = 2 }, None)).Next);
        Assert.NotNull((await History.ListAsync(new RunQuery { Limit = 1 }, None)).Next);
    }

    [StoreTheory]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("not base64 !")]
    [InlineData("AXMI3SvBZZ6AAAAAAAAAAAAB")]
    public async Task A_cursor_that_was_not_given_out_is_refused(string cursor) =>
        await Assert.ThrowsAsync<FormatException>(() => History.ListAsync(new RunQuery { After = cursor }, None));

    [StoreFact]
    public async Task A_cursor_with_one_changed_character_is_refused()
    {
        await History.UpsertAsync([Of("a", 0), Of("a", 1)], None);
        var cursor = (await History.ListAsync(new RunQuery { Limit = 1 }, None)).Next!;

        var changed = cursor[..5] + (cursor[5] == 'A' ? 'B' : 'A') + cursor[6..];

        await Assert.ThrowsAsync<FormatException>(() => History.ListAsync(new RunQuery { After = changed }, None));
    }

    [StoreTheory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task A_limit_outside_its_bounds_is_refused(int limit) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => History.ListAsync(new RunQuery { Limit = limit }, None));

    [StoreFact]
    public async Task Odd_characters_in_names_neither_fail_a_batch_nor_get_lost()
    {
        var odd = Of("a", 0) with { Spec = Of("a", 0).Spec with { Id = "m\0'; --", Schedule = null, User = "nul\0", Queue = "%_\\" } };

        await History.UpsertAsync([odd, Of("a", 1)], None);

        Assert.Equal(odd, await History.GetAsync("m\0'; --", None));
        Assert.Equal(["m\0'; --"], await History.ExistingAsync(["m\0'; --", "m"], None));
        Assert.Equal(odd, Assert.Single((await History.ListAsync(new RunQuery { User = "nul\0", Queue = "%_\\" }, None)).Items));
    }

    [StoreFact]
    public async Task Half_a_surrogate_pair_does_not_fail_a_batch()
    {
        var odd = Of("a", 0) with { Spec = Of("a", 0).Spec with { User = "half \uD83C" }, Output = "half \uD83C", Error = "half \uD83C" };

        await History.UpsertAsync([odd], None);

        Assert.Equal("half \uFFFD", (await History.GetAsync("a@00000", None))?.Output);
    }

    [StoreFact]
    public async Task What_ended_too_long_ago_is_pruned()
    {
        await History.UpsertAsync([.. Enumerable.Range(0, 10).Select(i => Of("a", i) with { Output = "out" }), Of("a", -5, RunState.Running), Of(null, -6), Of("b", -7, RunState.Skipped) with { Finished = null }], None);

        var gone = await History.PruneAsync(Noon.AddMinutes(4), 1000, DateTimeOffset.MaxValue, None);

        Assert.Equal(6, gone);
        Assert.Equal("a@00009 a@00008 a@00007 a@00006 a@00005 a@00004 a@-00005", await ListedAsync());
    }

    [StoreFact]
    public async Task Beyond_the_newest_of_its_schedule_a_finished_run_is_pruned()
    {
        await History.UpsertAsync([.. Enumerable.Range(0, 8).Select(i => Of("a", i)), Of("b", 0), Of("b", 1), Of(null, 0), Of(null, 1), Of(null, 2), Of(null, 3)], None);
        await History.UpsertAsync([Of("a", 6, revision: 4), Of("a", -1, RunState.Running)], None);

        var gone = await History.PruneAsync(DateTimeOffset.MinValue, 3, DateTimeOffset.MaxValue, None);

        Assert.Equal(5, gone);
        Assert.Equal("a@00007 a@00006 a@00005 a@-00001", await ListedAsync("a"));
        Assert.Equal("b@00001 b@00000", await ListedAsync("b"));
        Assert.Equal(0, await History.PruneAsync(DateTimeOffset.MinValue, 3, DateTimeOffset.MaxValue, None));
    }

    [StoreFact]
    public async Task What_each_attempt_printed_stays_with_it_and_out_of_lists()
    {
        RunAttempt Attempt(int attempt, string? output) => new(attempt, "n:1", RunState.Failed, Noon, Noon.AddSeconds(1), 1, "exit code 1", output, attempt);
        await History.UpsertAsync(
        [
            Of("a", 0) with { Output = "third\n", Earlier = [Attempt(1, "first \u0003 \0\n"), Attempt(2, null)] },
            Of("a", 1) with { Output = null, Earlier = [Attempt(1, "first")] },
            Of("a", 2) with { Output = "\u0002odd" },
            Of("a", 3) with { Output = "", Earlier = [Attempt(1, "x")] },
        ], None);

        Assert.Equal([("third\n", "first \u0003 \0\n|"), (null, "first"), ("\u0002odd", ""), ("", "x")],
            (await Task.WhenAll(Enumerable.Range(0, 4).Select(i => History.GetAsync($"a@{i:00000}", None)))).Select(Printed));
        var listed = (await History.ListAsync(new RunQuery { Schedule = "a" }, None)).Items;
        Assert.All(listed, run => Assert.Equal((null, run.Earlier is null ? "" : string.Join('|', run.Earlier.Select(_ => ""))), Printed(run)));
        Assert.Equal("first", Assert.Single((await History.ListAsync(new RunQuery { Schedule = "a", WithOutput = true }, None)).Items, run => run.Spec.Id == "a@00001").Earlier![0].Output);

        static (string?, string) Printed(Run? run) => (run!.Output, string.Join('|', (run.Earlier ?? []).Select(attempt => attempt.Output)));
    }

    [StoreFact]
    public async Task Of_the_executed_occurrences_that_are_pruned_the_span_stays_known()
    {
        Run Occurrence(string schedule, int minute, RunState state = RunState.Succeeded, string? id = null)
        {
            var run = Of(schedule, minute, state);
            return run with { Spec = run.Spec with { Id = id ?? RunId.ForOccurrence(schedule, run.Spec.ScheduledFor) } };
        }
        await History.UpsertAsync(
        [
            Occurrence("a", -9, RunState.Missed), Occurrence("a", -8, id: "a@manual-1"), .. Enumerable.Range(0, 8).Select(i => Occurrence("a", i)),
            Occurrence("b", 0, RunState.Skipped), Occurrence("b", 1), .. Enumerable.Range(2, 3).Select(i => Occurrence("b", i, RunState.Skipped)), Of(null, 0), Of(null, 1),
        ], None);
        Assert.Empty(await History.PrunedSpansAsync(["a", "b"], None));

        await History.PruneAsync(DateTimeOffset.MinValue, 3, DateTimeOffset.MaxValue, None);

        // The missed one and the one by hand are gone as well, but nobody would execute them again.
        var spans = await History.PrunedSpansAsync(["a", "b", "c"], None);
        Assert.Equal([("a", new PrunedSpan(Noon, Noon.AddMinutes(4))), ("b", new PrunedSpan(Noon.AddMinutes(1), Noon.AddMinutes(1)))],
            spans.OrderBy(span => span.Key).Select(span => (span.Key, span.Value)));

        await History.PruneAsync(Noon.AddMinutes(7), 3, DateTimeOffset.MaxValue, None);

        Assert.Equal(Noon.AddMinutes(6), (await History.PrunedSpansAsync(["a"], None))["a"].Last);
        Assert.Empty(await History.PrunedSpansAsync([], None));
    }

    [StoreFact]
    public async Task What_ended_after_the_kept_time_stays_however_many_there_are()
    {
        // An old occurrence that a backfill ran a moment ago is the oldest by time, but not by its end.
        await History.UpsertAsync([.. Enumerable.Range(0, 8).Select(i => Of("a", i)), Of("a", -1) with { Finished = Noon.AddHours(1) }], None);

        var gone = await History.PruneAsync(Noon.AddDays(1), 2, Noon.AddMinutes(3).AddSeconds(1), None);

        Assert.Equal(4, gone);
        Assert.Equal("a@00007 a@00006 a@00005 a@00004 a@-00001", await ListedAsync());
    }

    [StoreFact]
    public async Task Pruning_goes_on_over_many_steps()
    {
        await History.UpsertAsync([.. Enumerable.Range(0, 3500).Select(i => Of("a", i)), .. Enumerable.Range(0, 2500).Select(i => Of("b", i, user: i % 2 == 0 ? "rob" : "ann"))], None);

        Assert.Equal(1500, await History.PruneAsync(Noon.AddMinutes(1500), 2500, Noon.AddMinutes(749).AddSeconds(1), None));
        Assert.Equal(2 * 1740, await History.PruneAsync(DateTimeOffset.MinValue, 10, Noon.AddMinutes(2489).AddSeconds(1), None));

        Assert.Equal(1010, (await CountAsync("a")));
        Assert.Equal(10, (await CountAsync("b")));
    }

    [StoreFact]
    public async Task A_pruned_run_written_again_is_a_run_like_any_other()
    {
        await History.UpsertAsync([Of("a", 0) with { Output = "old" }], None);
        await History.PruneAsync(DateTimeOffset.MaxValue, 1, DateTimeOffset.MaxValue, None);

        await History.UpsertAsync([Of("a", 0, revision: 1)], None);

        Assert.Equal(Of("a", 0, revision: 1), await History.GetAsync("a@00000", None));
        Assert.Equal("a@00000", await ListedAsync("a"));
    }

    [StoreFact]
    public async Task Writers_readers_and_pruning_do_not_get_in_each_others_way()
    {
        var other = Another();
        var writers = Enumerable.Range(0, 4).Select(async writer =>
        {
            for (var batch = 0; batch < 10; batch++)
                await (writer % 2 == 0 ? History : other).UpsertAsync([.. Enumerable.Range(0, 100).Select(i => Of($"s{i % 10}", i, revision: (writer * 10) + batch))], None);
        }).ToList();
        writers.Add(Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                await other.PruneAsync(DateTimeOffset.MinValue, 5, DateTimeOffset.MaxValue, None);
                Assert.True((await History.ListAsync(new RunQuery { Schedule = "s1" }, None)).Items.Count <= 10);
            }
        }));

        await Task.WhenAll(writers).WaitAsync(TimeSpan.FromSeconds(60));
        await History.PruneAsync(DateTimeOffset.MinValue, 5, DateTimeOffset.MaxValue, None);

        Assert.Equal(5, await CountAsync("s1"));
        Assert.Equal(50, (await History.ListAsync(new RunQuery(), None)).Items.Count);
        await ((IAsyncDisposable)other).DisposeAsync();
    }

    [StoreFact]
    public async Task A_store_that_answers_completes_a_ping() => await History.PingAsync(None);

    [StoreFact]
    public async Task A_cancelled_call_ends_as_cancelled()
    {
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => History.UpsertAsync([Of("a", 0)], cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => History.ListAsync(new RunQuery(), cancelled));
    }

    private async Task<string> ListedAsync(string? schedule = null) =>
        string.Join(' ', (await History.ListAsync(new RunQuery { Schedule = schedule }, None)).Items.Select(run => run.Spec.Id));

    private async Task<int> CountAsync(string schedule)
    {
        var (count, query) = (0, new RunQuery { Schedule = schedule, Limit = 1000 });
        do
        {
            var page = await History.ListAsync(query, None);
            (count, query) = (count + page.Items.Count, query with { After = page.Next });
        }
        while (query.After is not null);
        return count;
    }

    private static RunQuery Parse(string filter)
    {
        var query = new RunQuery();
        foreach (var part in filter.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => text.Split('=')))
            query = part switch
            {
                ["schedule", var value] => query with { Schedule = value },
                ["user", var value] => query with { User = value },
                ["queue", var value] => query with { Queue = value },
                ["state", var value] => query with { States = [.. query.States, Enum.Parse<RunState>(value)] },
                ["from", var value] => query with { From = Noon.AddMinutes(int.Parse(value)) },
                ["to", var value] => query with { To = Noon.AddMinutes(int.Parse(value)) },
                _ => throw new ArgumentException(filter),
            };
        return query;
    }
}
