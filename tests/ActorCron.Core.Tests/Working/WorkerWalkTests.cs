using CsCheck;

namespace ActorCron.Core.Tests.Working;

/// <summary>Whatever is lost, comes twice, in another order, or is started again: no run is started after it has succeeded or beside
/// itself, no delivery is
/// settled twice, no more handlers run than there are slots (<see cref="WorkerWorld"/> says so), and in the end all is done.</summary>
public sealed class WorkerWalkTests
{
    [Fact]
    public void In_the_end_every_run_is_done_and_nothing_is_held() => Gen.Int.Sample(seed =>
    {
        var world = new WorkerWorld(seed);
        world.Play(runs: 8, steps: 300);
        world.Calm();
    }, iter: 1000);

    [Fact]
    public void A_drain_ends_within_its_bound_and_gives_back_nothing_that_runs() => Gen.Int.Sample(seed =>
    {
        var world = new WorkerWorld(seed);
        world.Play(runs: 8, steps: 150);
        world.Stop();
    }, iter: 1000);

    [Fact]
    public void The_same_messages_lead_to_the_same_decisions() => Gen.Int.Sample(seed =>
    {
        Assert.Equal(Ends(seed), Ends(seed));

        static IReadOnlyDictionary<string, string> Ends(int seed)
        {
            var world = new WorkerWorld(seed);
            world.Play(runs: 8, steps: 300);
            return world.Ends;
        }
    }, iter: 200);
}
