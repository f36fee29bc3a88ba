using System.Collections.Immutable;
using ActorCron.Core.Limits;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;

namespace ActorCron.Core.Tests.Limits;

public class LimiterTests
{
    private static readonly Dictionary<string, QueueLimit> Limits = new()
    {
        ["few"] = new QueueLimit(4, null, TimeSpan.FromSeconds(1)),
        ["slow"] = new QueueLimit(null, 5, TimeSpan.FromSeconds(1)),
    };

    private readonly Decision<NoEvent> _decision = new();
    private Limiter _limiter = new(3, Limits);
    private TimeSpan _now;

    private Permits? Step(object message)
    {
        _limiter.Step(message, new Address("worker"), new Moment(DateTimeOffset.UnixEpoch, _now), _decision);
        var answer = _decision.Effects.OfType<Effect.Send>().Select(send => (Permits)send.Message).SingleOrDefault();
        _decision.Clear();
        return answer;
    }

    private void WorkersAre(params int[] uids) => Step(new WorkersAre([.. uids.Select(uid => Core.Limits.WorkersAre.NameOf($"n{uid}:1", uid))]));

    private int? Ask(int uid, int holding, int? mayHold = null, long? heard = null, string queue = "few") =>
        Step(new AskPermits($"n{uid}:1", uid, [new QueueNeed(queue, holding, 0, mayHold ?? holding)], heard))?.Queues.Single().Concurrency;

    [Fact]
    public void Nothing_is_answered_before_the_members_are_known_and_queues_without_a_limit_are_left_out()
    {
        Assert.Null(Step(new AskPermits("n1:1", 1, [new QueueNeed("few", 0, 0)])));
        WorkersAre(1);

        Assert.Equal(["few"], Step(new AskPermits("n1:1", 1, [new QueueNeed("few", 0, 0), new QueueNeed("any", 0, 0)]))!.Queues.Select(grant => grant.Queue));
    }

    [Fact]
    public void A_fresh_limiter_deals_nothing_new_until_it_has_heard_every_worker_or_long_enough()
    {
        WorkersAre(1, 2);
        Assert.Equal(0, Ask(1, 0));
        // More than its share: it keeps what it holds until that ends.
        Assert.Equal(2, Ask(2, 3));
        Assert.Equal(1, Ask(1, 0));

        _limiter = new Limiter(4, Limits);
        WorkersAre(1, 2);
        Assert.Equal(0, Ask(1, 0));
        _now = QueuePermits.Hearing + TimeSpan.FromTicks(1);
        Assert.Equal(4, Ask(1, 0));
    }

    [Fact]
    public void A_worker_that_joins_is_heard_before_more_is_dealt()
    {
        WorkersAre(1);
        Assert.Equal(4, Ask(1, 0));
        WorkersAre(1, 2);

        Assert.Equal(2, Ask(1, 2));
        Ask(2, 0);
        Assert.Equal(2, Ask(1, 2));
    }

    // It may be at work on them all the while.
    [Fact]
    public void What_a_frozen_node_was_dealt_is_nobodys_for_as_long_as_it_is_a_member()
    {
        WorkersAre(1, 2);
        Ask(2, 3);
        for (; _now < TimeSpan.FromHours(1); _now += TimeSpan.FromSeconds(10)) Assert.InRange(Ask(1, 1)!.Value, 0, 1);

        WorkersAre(1);

        Assert.Equal(4, Ask(1, 1));
    }

    [Fact]
    public void A_node_that_was_removed_and_wakes_up_is_granted_nothing_and_takes_nothing_from_the_others()
    {
        WorkersAre(1, 2);
        Ask(1, 0);
        Ask(2, 3);
        WorkersAre(1);
        Assert.Equal(4, Ask(1, 4));

        Assert.Equal(0, Ask(2, 3));

        Assert.Equal(4, Ask(1, 4));
        var starts = Step(new AskPermits("n2:1", 2, [new QueueNeed("slow", 0, 0, 0, 1)]))!.Queues.Single().Starts;
        Assert.Equal(0, starts);
    }

    [Fact]
    public void The_same_address_with_another_process_is_another_worker()
    {
        WorkersAre(1);
        Ask(1, 4);
        Step(new WorkersAre([Core.Limits.WorkersAre.NameOf("n1:1", 9)]));

        Assert.Equal(4, Step(new AskPermits("n1:1", 9, [new QueueNeed("few", 0, 0)]))!.Queues.Single().Concurrency);
    }

    [Fact]
    public void What_was_taken_from_a_node_is_free_only_when_it_has_heard_of_it()
    {
        WorkersAre(1, 2);
        Ask(2, 0);
        Ask(1, 4, 4);
        var last = Step(new AskPermits("n1:1", 1, [new QueueNeed("few", 1, 0, 4)]))!;
        Assert.Equal(0, Ask(2, 0));

        Ask(1, 1, 2, heard: last.Number - 1);
        Assert.Equal(0, Ask(2, 0));
        var heard = Step(new AskPermits("n1:1", 1, [new QueueNeed("few", 1, 0, 2)]))!.Number;
        Ask(1, 1, 2, heard);

        Assert.Equal(2, Ask(2, 0));
    }

    [Fact]
    public void Answers_are_numbered_above_those_of_every_earlier_limiter()
    {
        WorkersAre(1);
        long last = 0;
        for (var i = 0; i < 1000; i++) last = Step(new AskPermits("n1:1", 1, []))!.Number;
        _limiter = new Limiter(4, Limits);
        WorkersAre(1);

        Assert.True(Step(new AskPermits("n1:1", 1, []))!.Number > last);
    }
}
