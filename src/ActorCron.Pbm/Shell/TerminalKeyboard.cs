namespace ActorCron.Pbm.Shell;

/// <summary>The process's own terminal.</summary>
internal sealed class TerminalKeyboard(Func<int> width) : IKeyboard
{
    public int Width => width();

    public bool HasMore => Console.KeyAvailable;

    public ConsoleKeyInfo? Read()
    {
        try
        {
            return Console.ReadKey(intercept: true);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public IDisposable TakeOver() => new ControlC();

    private sealed class ControlC : IDisposable
    {
        public ControlC() => Console.TreatControlCAsInput = true;

        public void Dispose() => Console.TreatControlCAsInput = false;
    }
}
