using ActorCron.Node.Running;

namespace ActorCron.Node.Tests.Running;

/// <summary>The program in this process, until it is stopped.</summary>
internal sealed class RunningNode : IAsyncDisposable
{
    // A synchronized writer locks itself: whoever reads it must do so too.
    private readonly StringWriter _written = new();
    private readonly TextWriter _output;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<int> _running;

    public RunningNode(string[] args)
    {
        _output = TextWriter.Synchronized(_written);
        _running = Task.Run(() => NodeProgram.RunAsync(args, new Dictionary<string, string>(), _output, _output, _stop.Token));
    }

    public string Output
    {
        get { lock (_output) return _written.ToString(); }
    }

    public async Task<Uri> ReadyAsync()
    {
        for (var i = 0; i < 600; i++)
        {
            var line = Output.Split('\n').FirstOrDefault(line => line.Contains("ActorCron node ready"));
            if (line is not null) return new Uri(line.Split("http ")[1].Split(',')[0]);
            Assert.False(_running.IsCompleted, Output);
            await Task.Delay(100);
        }
        throw new TimeoutException(Output);
    }

    public async Task SaysAsync(string words)
    {
        for (var i = 0; i < 600 && !Output.Contains(words, StringComparison.Ordinal); i++) await Task.Delay(100);
        Assert.Contains(words, Output, StringComparison.Ordinal);
    }

    public async Task<int> StopAsync()
    {
        await _stop.CancelAsync();
        return await _running.WaitAsync(TimeSpan.FromSeconds(60));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }
}
