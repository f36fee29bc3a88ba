using System.Collections.Immutable;
using ActorCron.Core.Jobs;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Shards;
using static ActorCron.Core.Tests.Runs.Books;

namespace ActorCron.Core.Tests.Shards;

/// <summary>Between a question to the history and its answer anything may happen.</summary>
public class QuestionTests
{
    private readonly ShardBench _bench = new();

    private void Ask(RunSpec spec) => _bench.Tell(new RegisterRuns(ShardBench.Shard, [new NewRun(spec, null)]), ShardBench.Dispatcher);

    private static RunSpec Foreign(string id) => new()
    {
        Id = id, User = "rob", Queue = "default", ScheduledFor = Start, Trigger = RunTrigger.Message, Job = new JobSpec("noop", "{}"),
    };

    [Fact]
    public void Two_backfills_of_one_range_execute_a_run_once_though_both_asked_before_it_was_there()
    {
        var spec = Spec(1, trigger: RunTrigger.Backfill);
        Ask(spec);
        Ask(spec);
        var late = _bench.Questions[1];
        _bench.Answer(_bench.Questions[0]);
        _bench.Execute(spec.Id);
        _bench.Written();
        Assert.Equal(0, _bench.Machine.Ledger.Count);

        _bench.Answer(late);

        Assert.Equal(RegistrationKind.Duplicate, _bench.Told<RunsRegistered>().Single().Runs.Single().Kind);
        Assert.Single(_bench.Journal.OfType<RunEvent.RunRegistered>());
    }

    [Fact]
    public void A_backfilled_run_whose_record_may_have_been_removed_has_expired_unless_it_is_wanted_again()
    {
        var spec = Spec(1, trigger: RunTrigger.Backfill);
        _bench.Expired.Add(spec.Id);
        Ask(spec);
        _bench.Answer(_bench.Questions[0]);

        Assert.Equal(RegistrationKind.Expired, _bench.Told<RunsRegistered>().Single().Runs.Single().Kind);
        Assert.Empty(_bench.Journal);

        _bench.Tell(new RegisterRuns(ShardBench.Shard, [new NewRun(spec, null, Again: true)]), ShardBench.Dispatcher);
        _bench.Answer(_bench.Questions[0]);

        Assert.Equal(RegistrationKind.New, _bench.Told<RunsRegistered>().Last().Runs.Single().Kind);
    }

    [Fact]
    public void A_late_message_of_a_run_whose_record_has_been_removed_is_not_executed()
    {
        var spec = Spec(1);
        _bench.Expired.Add(spec.Id);
        _bench.Offer(spec.Id, "o-1");
        _bench.Answer(_bench.Questions[0]);

        Assert.False(_bench.Told<OfferDeclined>().Single().Unknown);
        Assert.Empty(_bench.Told<ExecuteRun>());
    }

    [Fact]
    public void A_foreign_message_that_comes_twice_is_executed_once_though_both_offers_asked_before_it_was_there()
    {
        _bench.Offer("x", "o-1", foreign: Foreign("x"));
        _bench.Offer("x", "o-2", foreign: Foreign("x"));
        var late = _bench.Questions[1];
        _bench.Answer(_bench.Questions[0]);
        Assert.Single(_bench.Told<ExecuteRun>());
        _bench.Report("x").Written();

        _bench.Answer(late);

        Assert.False(_bench.Told<OfferDeclined>().Single().Unknown);
        Assert.Single(_bench.Journal.OfType<RunEvent.AttemptStarted>());
    }

    [Fact]
    public void A_run_by_hand_whose_registration_comes_again_after_its_end_is_not_executed_again()
    {
        var spec = Spec(1, trigger: RunTrigger.Manual) with { Id = RunId.ForTrigger("s", Guid.Empty) };
        _bench.Register(spec);
        _bench.Execute(spec.Id);
        _bench.Written();

        _bench.Register(spec);

        Assert.Equal(RegistrationKind.Duplicate, _bench.Told<RunsRegistered>().Single().Runs.Single().Kind);
    }

    [Fact]
    public void A_run_that_was_on_the_books_when_a_registration_asked_and_has_left_them_since_is_no_new_one()
    {
        var known = _bench.Register(Spec(5));
        _bench.Offer(known);
        _bench.Tell(new RegisterRuns(ShardBench.Shard, [new NewRun(Spec(5), null), new NewRun(Spec(4), null)]), ShardBench.Dispatcher);
        _bench.Report(known).Written();

        _bench.AnswerHistory();

        Assert.Equal([RegistrationKind.Duplicate, RegistrationKind.New],
            _bench.Told<RunsRegistered>().Single().Runs.Select(run => run.Kind));
    }

    [Fact]
    public void The_plan_of_an_occurrence_that_a_backfill_has_run_already_finds_it()
    {
        var backfill = _bench.Register(Spec(1, trigger: RunTrigger.Backfill));
        _bench.Execute(backfill);
        _bench.Written();

        _bench.Register(Spec(1));

        Assert.Equal(RegistrationKind.Duplicate, _bench.Told<RunsRegistered>().Single().Runs.Single().Kind);
        Assert.Single(_bench.Journal.OfType<RunEvent.RunRegistered>());
    }

    [Fact]
    public void The_plan_of_an_occurrence_whose_name_a_message_claimed_long_after_it_finds_it()
    {
        var name = Spec(-120).Id;
        _bench.Offer(name, foreign: Foreign(name));
        _bench.AnswerHistory();
        _bench.Report(name).Written();

        _bench.Register(Spec(-120));

        Assert.Equal(RegistrationKind.Duplicate, _bench.Told<RunsRegistered>().Single().Runs.Single().Kind);
    }

    [Fact]
    public void A_retry_whose_record_is_from_before_another_retry_loads_it_again()
    {
        var run = _bench.Register(Spec(1));
        _bench.Offer(run).Report(run, RunState.Failed).Written();
        _bench.Tell(new RetryRun(ShardBench.Shard, run), ShardBench.Asker).Tell(new RetryRun(ShardBench.Shard, run), ShardBench.Asker);
        var late = _bench.Questions[1];
        _bench.Answer(_bench.Questions[0]);
        _bench.Execute(run, "o-2", attempt: 2);
        _bench.Written();

        _bench.Answer(late).AnswerHistory();

        Assert.Equal((RunCommandKind.Refused, "it has succeeded"),
            (_bench.Told<RunCommandAnswer>().Single().Kind, _bench.Told<RunCommandAnswer>().Single().Reason));
    }

    [Fact]
    public void Open_questions_are_bounded_and_given_up_after_a_while()
    {
        var bench = new ShardBench(RunShardSettings.Default(true) with { MaxQuestions = 2, QuestionTimeout = TimeSpan.FromSeconds(20) });
        foreach (var id in (string[])["a", "b", "c"]) bench.Offer(id);
        Assert.Equal(2, bench.Questions.Count);

        bench.Questions.Clear();
        bench.Sweep(2);
        bench.Offer("c");

        Assert.Single(bench.Questions);
    }

    [Fact]
    public void An_answer_that_comes_twice_or_after_a_failure_changes_nothing()
    {
        Ask(Spec(1, trigger: RunTrigger.Backfill));
        var question = ((AskHistory)_bench.Questions.Single()).Question;
        _bench.Tell(new HistoryFailed(question, "away"));

        _bench.Tell(new HistoryAnswered(question, ImmutableHashSet<string>.Empty, ImmutableHashSet<string>.Empty));

        Assert.Empty(_bench.Journal);
    }
}
