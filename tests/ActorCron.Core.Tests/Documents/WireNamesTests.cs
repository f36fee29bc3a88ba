using ActorCron.Core.Runs;

namespace ActorCron.Core.Tests.Documents;

public class WireNamesTests
{
    [Fact]
    public void Run_states_have_the_names_of_the_contract()
    {
        Assert.Equal(
            ["dispatched", "running", "retrying", "succeeded", "failed", "timedOut", "cancelled", "skipped", "missed", "dead"],
            Enum.GetValues<RunState>().Select(RunStateNames.Of));
        Assert.Equal(RunStateNames.All, Enum.GetValues<RunState>().Select(RunStateNames.Of));
        Assert.All(Enum.GetValues<RunState>(), state => Assert.True(RunStateNames.TryParse(RunStateNames.Of(state), out var read) && read == state));
        Assert.False(RunStateNames.TryParse("TimedOut", out _));
        Assert.False(RunStateNames.TryParse("", out _));
    }

    [Fact]
    public void Triggers_have_the_names_of_the_contract()
    {
        Assert.Equal(["schedule", "manual", "backfill", "message"], Enum.GetValues<RunTrigger>().Select(TriggerNames.Of));
        Assert.All(Enum.GetValues<RunTrigger>(), trigger => Assert.True(TriggerNames.TryParse(TriggerNames.Of(trigger), out var read) && read == trigger));
        Assert.False(TriggerNames.TryParse("cron", out _));
    }
}
