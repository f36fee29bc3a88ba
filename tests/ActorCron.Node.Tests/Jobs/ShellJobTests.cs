using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using ActorCron.Core.Jobs;
using ActorCron.Hosting.Configuration;
using ActorCron.Hosting.Jobs;

namespace ActorCron.Node.Tests.Jobs;

public sealed class ShellJobTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private readonly ShellJob _shell = Job.Shell();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("actorcron-shell-");

    public void Dispose()
    {
        _shell.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task What_a_command_prints_to_either_output_is_kept_in_order()
    {
        var (result, output) = await RunAsync(new { command = "echo one; echo two >&2; echo three; printf 'no end of line'" });

        Assert.Equal(new JobResult(null, 0), result);
        Assert.Equal("one\ntwo\nthree\nno end of line", output);
    }

    [Theory]
    [InlineData("exit 3", 3, "exit code 3")]
    [InlineData("no-such-command-here", 127, "exit code 127 (command not found)")]
    [InlineData("kill -9 $$", 137, "exit code 137 (killed by SIGKILL)")]
    [InlineData("sh -c 'kill -TERM $$'; exit $?", 143, "exit code 143 (killed by SIGTERM)")]
    public async Task Any_exit_code_but_0_fails_and_is_kept(string command, int code, string error)
    {
        var (result, _) = await RunAsync(new { command });

        Assert.Equal(new JobResult(error, code), result);
    }

    [Fact]
    public async Task The_run_is_in_the_environment_and_the_params_on_standard_input()
    {
        var context = Job.Context("shell", """{"command":"env | grep -e ^ACTORCRON_ -e ^TRACEPARENT= | sort; cat"}""", trace: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        await _shell.RunAsync(context, default);

        Assert.Equal(
            """
            ACTORCRON_ATTEMPT=2
            ACTORCRON_FENCE=17
            ACTORCRON_RUN_ID=reports/nightly@2026-11-24T01:15Z
            ACTORCRON_SCHEDULE=reports/nightly
            ACTORCRON_SCHEDULED_FOR=2026-11-24T01:15:00Z
            TRACEPARENT=00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
            {"command":"env | grep -e ^ACTORCRON_ -e ^TRACEPARENT= | sort; cat"}
            """.ReplaceLineEndings("\n"), context.Output.ToString());
    }

    [Fact]
    public async Task The_nodes_own_settings_with_their_secrets_do_not_reach_a_command()
    {
        Environment.SetEnvironmentVariable("ACTORCRON_HTTP_TOKEN", "s3cret");
        try
        {
            var (_, output) = await RunAsync(new { command = "env; cat /proc/$$/environ" });

            Assert.DoesNotContain("s3cret", output, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("ACTORCRON_HTTP_TOKEN", null);
        }
    }

    [Fact]
    public async Task A_jobs_variables_win_over_the_nodes_and_the_runs_over_all()
    {
        using var shell = Job.Shell(env: [("A", "settings"), ("B", "settings")]);
        var context = Job.Context("shell", new { command = "echo $A $B $ACTORCRON_FENCE", env = new { B = "params", ACTORCRON_FENCE = "99" } });

        await shell.RunAsync(context, default);

        Assert.Equal("settings params 17\n", context.Output.ToString());
    }

    [Fact]
    public async Task A_job_knows_its_account_and_its_shell_whatever_the_node_was_given()
    {
        var names = (string[])["USER", "LOGNAME", "SHELL"];
        var before = names.Select(Environment.GetEnvironmentVariable).ToArray();
        try
        {
            foreach (var name in names) Environment.SetEnvironmentVariable(name, name == "SHELL" ? "/bin/other" : null);

            var (_, output) = await RunAsync(new { command = "echo $LOGNAME,$USER,$SHELL,$HOME", cwd = "~" });
            var (_, bash) = await RunAsync(new { command = "echo $SHELL", shell = "/bin/bash" });
            var (_, own) = await RunAsync(new { command = "echo $USER,$SHELL", env = new { USER = "me", SHELL = "/x" } });

            var home = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).First(account => account[0] == Environment.UserName)[5];
            Assert.Equal($"{Environment.UserName},{Environment.UserName},/bin/sh,{home}\n", output);
            Assert.Equal(("/bin/bash\n", "me,/x\n"), (bash, own));
        }
        finally
        {
            for (var i = 0; i < names.Length; i++) Environment.SetEnvironmentVariable(names[i], before[i]);
        }
    }

    [Fact]
    public async Task A_job_that_starts_at_home_starts_in_the_folder_that_HOME_names()
    {
        var (_, there) = await RunAsync(new { command = "pwd", cwd = "~", env = new { HOME = _folder.FullName } });
        var (_, nowhere) = await RunAsync(new { command = "pwd", cwd = "~", env = new { HOME = "/no/such/folder" } });

        Assert.Equal($"{_folder.FullName}\n", there);
        Assert.Equal("[actorcron] HOME is '/no/such/folder', which is no folder here: started in /\n/\n", nowhere);
    }

    [Fact]
    public async Task Stdin_shell_cwd_and_path_can_be_given()
    {
        var (result, output) = await RunAsync(new { command = "pwd; cat; [[ x == x ]] && echo $0", stdin = "a\0b\n", shell = "/bin/bash", cwd = _folder.FullName, env = new { PATH = "/bin" } });

        Assert.Null(result.Error);
        Assert.Equal($"{_folder.FullName}\na\0b\n/bin/bash\n", output);
    }

    [Fact]
    public async Task A_folder_or_shell_that_is_not_there_fails_in_words()
    {
        var (noFolder, _) = await RunAsync(new { command = "true", cwd = "/no/such/folder" });
        var (noShell, output) = await RunAsync(new { command = "true", shell = "/no/such/shell" });

        Assert.Contains("/no/such/folder", noFolder.Error, StringComparison.Ordinal);
        Assert.Equal(127, noShell.ExitCode);
        Assert.Contains("/no/such/shell", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Input_that_nobody_reads_does_no_harm()
    {
        var (result, _) = await RunAsync(new { command = "exec 0<&-; true", stdin = new string('x', 60_000) });

        Assert.Equal(new JobResult(null, 0), result);
    }

    [Fact]
    public async Task Much_output_is_cut_in_the_middle_and_does_not_stop_the_command()
    {
        var (result, output) = await RunAsync(new { command = "echo first; yes 2>/dev/null | head -c 10000000; echo last" });

        Assert.Equal(new JobResult(null, 0), result);
        Assert.StartsWith("first\ny\n", output, StringComparison.Ordinal);
        Assert.EndsWith("y\nlast\n", output, StringComparison.Ordinal);
        Assert.InRange(output.Length, JobOutput.Limit - 100, JobOutput.Limit);
    }

    [Fact]
    public async Task Binary_output_becomes_text_also_where_a_character_is_split()
    {
        var (_, output) = await RunAsync(new { command = """printf 'a\377\000b\303'; sleep 0.2; printf '\244c\360'""" });

        Assert.Equal("a\uFFFD\0bäc\uFFFD", output);
    }

    [Fact]
    public async Task Output_appears_while_the_command_runs()
    {
        var context = Job.Context("shell", new { command = "echo started; cat fifo", cwd = _folder.FullName });
        await MakeFifoAsync();

        var running = _shell.RunAsync(context, default);
        await UntilAsync(() => context.Output.ToString() == "started\n");
        Assert.False(running.IsCompleted);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "fifo"), "ended\n");

        Assert.Null((await running.WaitAsync(Bound)).Error);
        Assert.Equal("started\nended\n", context.Output.ToString());
    }

    [Fact]
    public async Task Cancelling_ends_the_whole_group_grandchildren_too()
    {
        var mark = Mark();
        using var cancel = new CancellationTokenSource();
        var context = Job.Context("shell", new { command = $"sh -c 'sleep {mark} & sleep {mark}' & trap 'echo asked to stop; exit 0' TERM; echo ready; while :; do sleep 0.1; done" });

        var running = _shell.RunAsync(context, cancel.Token);
        await UntilAsync(() => Sleeping(mark) == 2 && context.Output.ToString().Contains("ready", StringComparison.Ordinal));
        await cancel.CancelAsync();
        var result = await running.WaitAsync(Bound);

        // It exits with 0, yet it was stopped: that is no success.
        Assert.Equal(new JobResult("stopped with SIGTERM", 0), result);
        Assert.Contains("asked to stop", context.Output.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, Sleeping(mark));
    }

    [Fact]
    public async Task A_command_that_ignores_the_first_signal_is_killed_after_a_grace()
    {
        var mark = Mark();
        using var cancel = new CancellationTokenSource();
        var context = Job.Context("shell", new { command = $"trap '' TERM; sleep {mark} & sleep {mark}" });
        var running = _shell.RunAsync(context, cancel.Token);
        await UntilAsync(() => Sleeping(mark) == 2);

        var clock = Stopwatch.StartNew();
        await cancel.CancelAsync();
        var result = await running.WaitAsync(Bound);

        Assert.Equal(new JobResult("stopped with SIGKILL", 137), result);
        Assert.True(clock.Elapsed >= ShellJob.Grace);
        Assert.Equal(0, Sleeping(mark));
    }

    [Fact]
    public async Task A_stopped_group_is_woken_to_end()
    {
        var mark = Mark();
        using var cancel = new CancellationTokenSource();
        var running = _shell.RunAsync(Job.Context("shell", new { command = $"sleep {mark} & wait" }), cancel.Token);
        await UntilAsync(() => Sleeping(mark) == 1);
        using (var stop = Process.Start("pkill", ["-STOP", "-f", $"^sleep {mark}"])) await stop.WaitForExitAsync();

        await cancel.CancelAsync();

        Assert.Equal("stopped with SIGTERM", (await running.WaitAsync(Bound)).Error);
        Assert.Equal(0, Sleeping(mark));
    }

    [Fact]
    public async Task Cancelling_at_any_moment_leaves_nothing_behind()
    {
        var mark = Mark();
        await Parallel.ForAsync(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(i));
            await Record.ExceptionAsync(() => _shell.RunAsync(Job.Context("shell", new { command = $"sleep {mark} & sleep {mark}" }), cancel.Token).WaitAsync(Bound));
        });

        Assert.Equal(0, Sleeping(mark));
    }

    [Fact]
    public async Task A_process_left_in_the_background_neither_holds_the_run_up_nor_is_ended()
    {
        var mark = Mark();
        var clock = Stopwatch.StartNew();

        var (result, output) = await RunAsync(new { command = $"sleep {mark} & echo $!" });

        Assert.Equal(new JobResult(null, 0), result);
        Assert.InRange(clock.Elapsed, ShellJob.Drain, Bound);
        Assert.Contains("left in the background", output, StringComparison.Ordinal);
        Assert.Equal(1, Sleeping(mark));
        using var left = Process.GetProcessById(int.Parse(output.Split('\n')[0], CultureInfo.InvariantCulture));
        left.Kill();
    }

    [Fact]
    public async Task Many_commands_at_once_take_no_thread_each_and_leave_no_zombie()
    {
        const int commands = 60;
        var mark = Mark();

        var running = Enumerable.Range(0, commands).Select(i => _shell.RunAsync(Job.Context("shell", new { command = $"echo {i}; sleep {mark}; true" }), default)).ToList();
        await UntilAsync(() => Sleeping(mark) == commands);
        var during = ThreadPool.ThreadCount;
        using (var wake = Process.Start("pkill", ["-f", $"^sleep {mark}"])) await wake.WaitForExitAsync();
        var results = await Task.WhenAll(running).WaitAsync(Bound);

        Assert.All(results, result => Assert.Equal(new JobResult(null, 0), result));
        // Those of the tests beside this one are among them.
        Assert.True(during < commands, $"{during} threads while {commands} commands ran");
        await UntilAsync(() => Children().All(child => child.State != 'Z'));
    }

    [Fact]
    public async Task A_pipeline_ends_quietly_when_its_reader_does()
    {
        var (result, output) = await RunAsync(new { command = "yes | head -n 1; grep SigIgn /proc/self/status" });

        Assert.Equal(new JobResult(null, 0), result);
        Assert.StartsWith("y\nSigIgn:", output, StringComparison.Ordinal);
        Assert.Equal(0UL, ulong.Parse(output.Split('\t')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) & (1UL << 12));
    }

    [Fact]
    public async Task While_shell_jobs_are_off_only_the_nodes_own_crontab_runs_them()
    {
        using var off = new ShellJob(new ShellSettings(false, "", ImmutableSortedDictionary<string, string>.Empty), TimeProvider.System);

        var refused = await off.RunAsync(Job.Context("shell", new { command = "true" }), default);
        var allowed = await off.RunAsync(Job.Context("shell", new { command = "true" }, fromCrontab: true), default);

        Assert.Equal(new JobResult("shell jobs are off: actorcron.jobs.shell.enabled = on allows them", Permanent: true), refused);
        Assert.Null(allowed.Error);
    }

    [RootFact]
    public async Task Commands_run_as_the_account_that_the_settings_name()
    {
        using var shell = Job.Shell(user: "nobody");
        var context = Job.Context("shell", new { command = "id -un; id -Gn; echo $USER $LOGNAME $HOME; cat /proc/$$/status | grep -e CapEff -e CapPrm | sort", cwd = "/" });

        var result = await shell.RunAsync(context, default);

        Assert.Null(result.Error);
        Assert.Equal("nobody\nnogroup\nnobody nobody /nonexistent\nCapEff:\t0000000000000000\nCapPrm:\t0000000000000000\n", context.Output.ToString());
    }

    [RootFact]
    public async Task A_command_of_another_account_is_ended_like_any_other()
    {
        using var shell = Job.Shell(user: "nobody");
        var mark = Mark();
        using var cancel = new CancellationTokenSource();
        var running = shell.RunAsync(Job.Context("shell", new { command = $"sleep {mark} & sleep {mark}", cwd = "/" }), cancel.Token);
        await UntilAsync(() => Sleeping(mark) == 2);

        await cancel.CancelAsync();

        Assert.Equal("stopped with SIGTERM", (await running.WaitAsync(Bound)).Error);
        Assert.Equal(0, Sleeping(mark));
    }

    [RootFact]
    public async Task An_account_that_does_not_exist_is_a_failure_that_no_retry_cures()
    {
        using var shell = Job.Shell(user: "no-such-user-here");

        var result = await shell.RunAsync(Job.Context("shell", new { command = "true" }), default);

        Assert.True(result.Permanent);
        Assert.Contains("'no-such-user-here'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_node_is_killed_its_commands_are_ended()
    {
        // The watch is a process of its own, which ends what it watches as soon as its pipe to the node closes: as it does when the node dies.
        var mark = Mark();
        var doomed = Job.Shell();
        var running = doomed.RunAsync(Job.Context("shell", new { command = $"sh -c 'trap \"\" TERM; sleep {mark}; sleep {mark}' & wait" }), default);
        var ended = doomed.RunAsync(Job.Context("shell", new { command = "true" }), default);
        await UntilAsync(() => Sleeping(mark) == 1);
        Assert.Null((await ended).Error);

        doomed.Dispose();

        Assert.Equal("exit code 143 (killed by SIGTERM)", (await running.WaitAsync(Bound)).Error);
        await UntilAsync(() => Sleeping(mark) == 0);
    }

    [Theory]
    [InlineData("""{}""", "params.command is missing")]
    [InlineData("""{"command":"  "}""", "params.command is missing")]
    [InlineData("""{"command":5}""", "params.command must be a string, not 5")]
    [InlineData("""{"comand":"ls"}""", "params.command is missing: did you mean 'command' by 'comand'?")]
    [InlineData("""{"command":"ls","command":"rm"}""", "not valid JSON")]
    [InlineData("""{"command":"a\u0000b"}""", "NUL")]
    [InlineData("""{"command":"ls","env":{"A":1}}""", "params.env.A must be a string, not 1")]
    [InlineData("""{"command":"ls","env":{"A=B":"1"}}""", "'A=B' cannot be set")]
    [InlineData("""{"command":"ls","env":["A"]}""", "must be an object of strings, not a list")]
    [InlineData("""{"command":"ls","cwd":"here"}""", "absolute path, not 'here'")]
    [InlineData("""{"command":"ls","stdin":{}}""", "params.stdin must be a string")]
    [InlineData("""["ls"]""", "must be a JSON object, not a list")]
    [InlineData("""{""", "not valid JSON")]
    public async Task Params_that_are_wrong_are_refused_before_and_at_the_run(string parameters, string problem)
    {
        var result = await _shell.RunAsync(Job.Context("shell", parameters), default);

        Assert.Contains(problem, _shell.Problem(parameters), StringComparison.Ordinal);
        Assert.Contains(problem, result.Error, StringComparison.Ordinal);
        Assert.True(result.Permanent);
    }

    [Fact]
    public void Right_params_have_no_problem() =>
        Assert.Null(_shell.Problem("""{"command":"ls","env":{"A":"1"},"stdin":"x","shell":"/bin/sh","cwd":"/"}"""));

    private async Task<(JobResult Result, string Output)> RunAsync(object parameters)
    {
        var context = Job.Context("shell", parameters);
        var result = await _shell.RunAsync(context, default).WaitAsync(Bound);
        return (result, context.Output.ToString());
    }

    private async Task MakeFifoAsync()
    {
        using var mkfifo = Process.Start("mkfifo", Path.Combine(_folder.FullName, "fifo"));
        await mkfifo.WaitForExitAsync();
    }

    // A length of sleep that no other test of this machine uses, to find its processes by.
    private static string Mark() => string.Create(CultureInfo.InvariantCulture, $"{Random.Shared.Next(1000, 2000)}.{Random.Shared.Next(1_000_000, 9_999_999)}");

    private static int Sleeping(string mark) => Processes().Count(process => process.State != 'Z' && process.Command == $"sleep\0{mark}\0");

    private static IEnumerable<(char State, int Parent, string Command)> Children() => Processes().Where(process => process.Parent == Environment.ProcessId);

    private static IEnumerable<(char State, int Parent, string Command)> Processes()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            string stat, command;
            try
            {
                (stat, command) = (File.ReadAllText($"{folder}/stat"), File.ReadAllText($"{folder}/cmdline", Encoding.UTF8));
            }
            catch (IOException)
            {
                continue; // It has just ended.
            }
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            yield return (fields[0][0], int.Parse(fields[1], CultureInfo.InvariantCulture), command);
        }
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var clock = Stopwatch.StartNew(); !holds(); await Task.Delay(20))
            if (clock.Elapsed > Bound) throw new TimeoutException("It did not come about.");
    }
}
