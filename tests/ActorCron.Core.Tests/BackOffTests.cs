namespace ActorCron.Core.Tests;

public sealed class BackOffTests
{
    [Theory]
    [InlineData(0, 250)]
    [InlineData(1, 500)]
    [InlineData(4, 4000)]
    [InlineData(5, 5000)]
    [InlineData(int.MaxValue, 5000)]
    public void The_wait_doubles_with_each_failure_up_to_its_bound(int failures, int milliseconds) =>
        Assert.Equal(milliseconds, new BackOff(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(5)).After(failures).TotalMilliseconds);
}
