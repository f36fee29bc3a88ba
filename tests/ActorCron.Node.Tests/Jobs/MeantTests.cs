using ActorCron.Core.Jobs;
using ActorCron.Hosting.Jobs;
using ActorCron.Hosting.Running;

namespace ActorCron.Node.Tests.Jobs;

public sealed class MeantTests : IDisposable
{
    private readonly BuiltInJobs _jobs = new(Configuration.ConfigFolder.Load().Settings.Jobs, TimeProvider.System);

    public void Dispose() => _jobs.Dispose();

    [Theory]
    [InlineData("NOOP", "noop")]
    [InlineData("SHELL", "shell")]
    [InlineData("Http", "http")]
    [InlineData("bash", "shell")]
    [InlineData("sh", "shell")]
    [InlineData("Command", "shell")]
    [InlineData("webhook", "http")]
    [InlineData("nop", "noop")]
    [InlineData("shel", "shell")]
    [InlineData("Batch", "batch")]
    public void The_job_type_that_was_meant_is_named(string type, string meant) =>
        Assert.StartsWith($"unknown job type '{type}': did you mean '{meant}'?", _jobs.Registry.UnknownType(type));

    [Fact]
    public void A_job_type_like_none_gets_no_guess() => Assert.Equal("unknown job type 'kubernetes': known: http, noop, shell", _jobs.Registry.UnknownType("kubernetes"));

    [Theory]
    [InlineData("shell", """{"cmd":"ls"}""", "did you mean 'command'")]
    [InlineData("shell", """{"comand":"ls"}""", "did you mean 'command'")]
    [InlineData("shell", """{"script":"ls"}""", "did you mean 'command'")]
    [InlineData("shell", """{"args":["ls"]}""", "did you mean 'command'")]
    [InlineData("shell", """{"command":"ls","args":["-l"]}""", "did you mean 'command'")]
    [InlineData("shell", """{"command":"ls","workdir":"/tmp"}""", "did you mean 'cwd'")]
    [InlineData("shell", """{"command":"ls","workingDirectory":"/tmp"}""", "did you mean 'cwd'")]
    [InlineData("shell", """{"command":"ls","timeout":"5s"}""", "the schedule's \"timeout\" stands beside \"job\"")]
    [InlineData("shell", """{"Command":"ls"}""", "did you mean 'command'")]
    [InlineData("shell", """{"command":"ls","ENV":{}}""", "did you mean 'env'")]
    [InlineData("shell", """{"command":"ls","stdin":"x","customer":17}""", "would reach nobody")]
    [InlineData("http", """{"uri":"http://h/"}""", "did you mean 'url'")]
    [InlineData("http", """{"url":"http://h/","data":"x"}""", "did you mean 'body'")]
    [InlineData("http", """{"url":"http://h/","timeout":"5s"}""", "stands beside \"job\"")]
    [InlineData("noop", """{"sleep":1}""", "did you mean 'sleepMs'")]
    [InlineData("noop", """{"colour":"red"}""", "this job takes sleepMs, fail")]
    public void The_param_that_was_meant_is_named(string type, string parameters, string hint) =>
        Assert.Contains(hint, _jobs.Registry.CheckParams(new JobSpec(type, parameters)));

    [Theory]
    [InlineData("""{"command":"cat","customer":17}""")]
    [InlineData("""{"command":"cat","nested":{"a":[1,null,true]},"":0}""")]
    [InlineData("""{"command":"cat","cmd":"x","input":"y","name":"z"}""")]
    public void Any_object_with_a_command_is_right_for_a_shell(string parameters) => Assert.Null(_jobs.Registry.CheckParams(new JobSpec("shell", parameters)));

    [RootFact]
    public async Task The_account_that_a_system_crontab_names_counts_for_its_own_lines_alone()
    {
        using var shell = Job.Shell();
        var (own, other) = (Job.Context("shell", new { command = "id -un" }, fromCrontab: true, runAs: "nobody"), Job.Context("shell", new { command = "id -un" }, runAs: "nobody"));

        await shell.RunAsync(own, default);
        await shell.RunAsync(other, default);

        Assert.Equal(("nobody\n", "root\n"), (own.Output.ToString(), other.Output.ToString()));
    }

    [Fact]
    public async Task Data_among_the_params_reaches_the_command_on_standard_input()
    {
        using var shell = Job.Shell();
        var context = Job.Context("shell", """{"command":"cat","customer":17}""");

        Assert.Equal(new JobResult(null, 0), await shell.RunAsync(context, default));
        Assert.Equal("""{"command":"cat","customer":17}""", context.Output.ToString());
    }
}
