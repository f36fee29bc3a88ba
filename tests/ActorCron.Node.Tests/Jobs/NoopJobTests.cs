using System.Diagnostics;
using ActorCron.Core.Jobs;
using ActorCron.Hosting.Jobs;

namespace ActorCron.Node.Tests.Jobs;

public class NoopJobTests
{
    private readonly NoopJob _noop = new(TimeProvider.System);

    [Theory]
    [InlineData("{}", null)]
    [InlineData("""{ "fail": false }""", null)]
    [InlineData("""{ "fail": null, "sleepMs": 1 }""", null)]
    [InlineData("""{ "fail": true }""", "fail was asked for")]
    [InlineData("""{ "fail": "on purpose" }""", "on purpose")]
    public async Task It_ends_as_told(string parameters, string? error) =>
        Assert.Equal(new JobResult(error), await _noop.RunAsync(Job.Context("noop", parameters), default));

    [Fact]
    public async Task It_waits_before_it_ends()
    {
        var clock = Stopwatch.StartNew();

        Assert.Equal(new JobResult("late"), await _noop.RunAsync(Job.Context("noop", """{ "sleepMs": 200, "fail": "late" }"""), default));

        Assert.True(clock.ElapsedMilliseconds >= 190, $"it waited {clock.ElapsedMilliseconds} ms");
    }

    [Fact]
    public async Task A_cancel_ends_the_wait()
    {
        using var cancel = new CancellationTokenSource();
        var running = _noop.RunAsync(Job.Context("noop", """{ "sleepMs": 600000 }"""), cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Theory]
    [InlineData("[]", "params must be a JSON object, not a list")]
    [InlineData("{", "params are not valid JSON")]
    [InlineData("""{ "sleep": 1 }""", "params.sleep is not known: did you mean 'sleepMs'?")]
    [InlineData("""{ "sleepMs": -1 }""", "params.sleepMs must be a whole number from 0 to 2147483647, not -1")]
    [InlineData("""{ "sleepMs": 1.5 }""", "params.sleepMs must be a whole number")]
    [InlineData("""{ "sleepMs": "1" }""", "params.sleepMs must be a whole number from 0 to 2147483647, not a string")]
    [InlineData("""{ "fail": 1 }""", "params.fail must be true, false or the error's text, not 1")]
    [InlineData("""{ "fail": "" }""", "params.fail must be true, false or the error's text")]
    [InlineData("""{ "fail": true, "fail": false }""", "params are not valid JSON")]
    public async Task Wrong_params_are_told_beforehand_and_are_no_reason_to_try_again(string parameters, string problem)
    {
        Assert.StartsWith(problem, _noop.Problem(parameters), StringComparison.Ordinal);

        var result = await _noop.RunAsync(Job.Context("noop", parameters), default);
        Assert.StartsWith(problem, result.Error, StringComparison.Ordinal);
        Assert.True(result.Permanent);
    }
}
