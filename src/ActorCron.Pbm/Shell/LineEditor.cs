namespace ActorCron.Pbm.Shell;

/// <summary>Reads lines from a terminal with the emacs keys, history (arrows, Ctrl+R) and Tab completion.</summary>
/// <param name="keyboard">Where keys come from.</param>
/// <param name="screen">Where the line is drawn; understands ANSI.</param>
/// <param name="history">Earlier lines.</param>
/// <param name="complete">The words that can stand at a position of a line.</param>
internal sealed class LineEditor(IKeyboard keyboard, TextWriter screen, LineHistory history, Func<string, int, IReadOnlyList<string>> complete)
{
    private readonly LineBuffer _line = new();
    private string _prompt = "";
    private string _typed = "";
    private int _at; // the place in the history; its count is the line being typed

    /// <summary>One line without its end; "" after Ctrl+C; null at the end (Ctrl+D on an empty line).</summary>
    public string? ReadLine(string prompt)
    {
        using var takenOver = keyboard.TakeOver();
        _prompt = prompt;
        (_typed, _at) = ("", history.Lines.Count);
        _line.Set("");
        Draw();
        while (keyboard.Read() is { } key)
        {
            if (key.Key == ConsoleKey.R && IsControl(key)) key = new HistorySearch(keyboard, screen, history).Run(_line);
            if (key.Key == ConsoleKey.Enter) return Finish(_line.Text);
            if (key.Key == ConsoleKey.C && IsControl(key)) return Finish("", "^C");
            if (key.Key == ConsoleKey.D && IsControl(key) && _line.Text.Length == 0)
            {
                Finish("");
                return null;
            }
            Edit(key);
            if (!keyboard.HasMore) Draw();
        }
        return null;
    }

    private static bool IsControl(ConsoleKeyInfo key) => key.Modifiers.HasFlag(ConsoleModifiers.Control);

    private void Edit(ConsoleKeyInfo key)
    {
        Action? edit = (IsControl(key), key.Modifiers.HasFlag(ConsoleModifiers.Alt), key.Key) switch
        {
            (_, _, ConsoleKey.Home) or (true, _, ConsoleKey.A) => _line.Home,
            (_, _, ConsoleKey.End) or (true, _, ConsoleKey.E) => _line.End,
            (true, _, ConsoleKey.LeftArrow) or (_, true, ConsoleKey.B or ConsoleKey.LeftArrow) => _line.WordLeft,
            (true, _, ConsoleKey.RightArrow) or (_, true, ConsoleKey.F or ConsoleKey.RightArrow) => _line.WordRight,
            (_, _, ConsoleKey.LeftArrow) or (true, _, ConsoleKey.B) => _line.Left,
            (_, _, ConsoleKey.RightArrow) or (true, _, ConsoleKey.F) => _line.Right,
            (_, true, ConsoleKey.Backspace) or (true, _, ConsoleKey.W) => _line.KillWordLeft,
            (_, true, ConsoleKey.D) => _line.KillWordRight,
            (_, _, ConsoleKey.Backspace) or (true, _, ConsoleKey.H) => _line.Backspace,
            (_, _, ConsoleKey.Delete) or (true, _, ConsoleKey.D) => _line.Delete,
            (true, _, ConsoleKey.K) => _line.KillToEnd,
            (true, _, ConsoleKey.U) => _line.KillToStart,
            (true, _, ConsoleKey.Y) => _line.Yank,
            (true, _, ConsoleKey.T) => _line.Transpose,
            (_, _, ConsoleKey.UpArrow) or (true, _, ConsoleKey.P) => () => Recall(_at - 1),
            (_, _, ConsoleKey.DownArrow) or (true, _, ConsoleKey.N) => () => Recall(_at + 1),
            (true, _, ConsoleKey.L) => () => screen.Write("\x1b[H\x1b[2J"),
            (_, _, ConsoleKey.Tab) => Complete,
            _ => null,
        };
        if (edit is not null) edit();
        else if (!char.IsControl(key.KeyChar) && key.KeyChar != '\0') _line.Insert(key.KeyChar.ToString());
    }

    private void Recall(int to)
    {
        if (to < 0 || to > history.Lines.Count) return;
        if (_at == history.Lines.Count) _typed = _line.Text;
        _at = to;
        _line.Set(to == history.Lines.Count ? _typed : history.Lines[to]);
    }

    private void Complete()
    {
        var start = _line.Text[.._line.Cursor].LastIndexOf(' ') + 1;
        var words = complete(_line.Text, _line.Cursor);
        if (words.Count == 0) return;
        var common = words.Aggregate((a, b) => a[..a.Zip(b).TakeWhile(pair => pair.First == pair.Second).Count()]);
        if (words.Count == 1) _line.Replace(start, common + " ");
        else if (common.Length > _line.Cursor - start) _line.Replace(start, common);
        else screen.Write($"\r\n{string.Join("  ", words)}\r\n");
    }

    private string Finish(string line, string mark = "")
    {
        _line.End();
        Draw();
        screen.Write($"{mark}\r\n");
        screen.Flush();
        return line;
    }

    // One row of the window shows the part of the line around the cursor, so a long line never wraps into a mess.
    private void Draw()
    {
        var room = Math.Max(10, keyboard.Width - _prompt.Length - 1);
        var start = Math.Max(0, _line.Cursor - room);
        var shown = _line.Text.Substring(start, Math.Min(room, _line.Text.Length - start));
        var column = _prompt.Length + _line.Cursor - start;
        screen.Write($"\r{_prompt}{shown}\x1b[K\r{(column > 0 ? $"\x1b[{column}C" : "")}");
        screen.Flush();
    }
}
