namespace ActorCron.Pbm.Shell;

/// <summary>Ctrl+R: the newest line that contains what is typed; Ctrl+R again, the one before. Any other key takes the line over.</summary>
internal sealed class HistorySearch(IKeyboard keyboard, TextWriter screen, LineHistory history)
{
    /// <summary>Searches; leaves the line found in <paramref name="line"/> and returns the key that ended the search.</summary>
    public ConsoleKeyInfo Run(LineBuffer line)
    {
        var (before, sought, skip) = (line.Text, "", 0);
        while (true)
        {
            var found = sought.Length == 0 ? null : history.Lines.Reverse().Where(old => old.Contains(sought, StringComparison.OrdinalIgnoreCase)).Distinct().Skip(skip).FirstOrDefault();
            if (found is not null) line.Set(found);
            screen.Write($"\r(search '{sought}') {(found ?? (sought.Length == 0 ? "" : "nothing"))}\x1b[K");
            screen.Flush();

            var key = keyboard.Read() ?? new ConsoleKeyInfo('\r', ConsoleKey.Enter, false, false, false);
            var isControl = key.Modifiers.HasFlag(ConsoleModifiers.Control);
            if (isControl && key.Key == ConsoleKey.R) skip = found is null ? skip : skip + 1;
            else if (key.Key == ConsoleKey.Backspace) (sought, skip) = (sought.Length > 0 ? sought[..^1] : "", 0);
            else if (isControl && key.Key == ConsoleKey.G)
            {
                line.Set(before);
                return default;
            }
            else if (!isControl && !char.IsControl(key.KeyChar) && key.KeyChar != '\0') (sought, skip) = (sought + key.KeyChar, 0);
            else return key;
        }
    }
}
