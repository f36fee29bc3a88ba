namespace ActorCron.Pbm.Shell;

/// <summary>The keys of a terminal, one by one, and how wide it is.</summary>
internal interface IKeyboard
{
    /// <summary>Columns of the window.</summary>
    int Width { get; }

    /// <summary>Whether more keys wait, as in a paste: drawing can be put off.</summary>
    bool HasMore { get; }

    /// <summary>Waits for the next key; null when the terminal is gone.</summary>
    ConsoleKeyInfo? Read();

    /// <summary>Takes Ctrl+C as a key until disposed.</summary>
    IDisposable TakeOver();
}
