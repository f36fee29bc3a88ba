namespace ActorCron.Examples;

/// <summary>What the application has anyway: here it only prints.</summary>
internal sealed class ReportWriter
{
    private readonly TextWriter _to = Console.Out;

    public Task WriteAsync(string parameters, CancellationToken stop) => _to.WriteLineAsync(parameters.AsMemory(), stop);
}
