using ActorCron.Core.Jobs;
using ActorCron.Hosting.Jobs;

namespace ActorCron.Node.Tests.Jobs;

public class JobRegistryTests
{
    private static readonly NoopJob Noop = new(TimeProvider.System);
    private static readonly Unchecked Own = new();
    private readonly JobRegistry _registry = new([KeyValuePair.Create<string, IJobHandler>("noop", Noop), KeyValuePair.Create<string, IJobHandler>("report", Own)]);

    [Fact]
    public void A_type_has_its_handler_and_case_matters()
    {
        Assert.Same(Noop, _registry.Find("noop"));
        Assert.Same(Own, _registry.Find("report"));
        Assert.Null(_registry.Find("Noop"));
        Assert.Equal(["noop", "report"], _registry.Types);
    }

    [Theory]
    [InlineData("noop", "{}", null)]
    [InlineData("noop", """{ "sleepMs": "x" }""", "params.sleepMs must be a whole number from 0 to 2147483647, not a string")]
    [InlineData("report", "nothing that anyone checks", null)]
    [InlineData("reprot", "{}", "unknown job type 'reprot': did you mean 'report'? Known: noop, report")]
    public void A_problem_names_the_type_that_was_meant_or_the_param(string type, string parameters, string? problem) =>
        Assert.Equal(problem, _registry.Problem(new JobSpec(type, parameters)));

    [Fact]
    public void Params_of_a_type_that_others_execute_are_not_judged() => Assert.Null(_registry.CheckParams(new JobSpec("elsewhere", "{")));

    [Fact]
    public void An_empty_registry_says_so() => Assert.Equal("unknown job type 'noop': no handler is registered", new JobRegistry([]).Problem(new JobSpec("noop", "{}")));

    [Fact]
    public void A_type_has_one_handler_and_a_name()
    {
        var twice = Assert.Throws<ArgumentException>(() => new JobRegistry([KeyValuePair.Create<string, IJobHandler>("a", Noop), KeyValuePair.Create<string, IJobHandler>("a", Own)]));
        Assert.Contains("Job type 'a' has two handlers: NoopJob and Unchecked", twice.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new JobRegistry([KeyValuePair.Create<string, IJobHandler>(" ", Noop)]));
    }

    private sealed class Unchecked : IJobHandler
    {
        public Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken) => Task.FromResult(JobResult.Succeeded);
    }
}
