using ActorCron.Pbm.Shell;

namespace ActorCron.Node.Tests.Pbm;

public sealed class LineEditorTests
{
    [Theory]
    // Keys are typed as text; ^X is Ctrl, M-x is Alt, <Name> a key by name.
    [InlineData("ab<LeftArrow>c", "acb")]
    [InlineData("one two^A^Kx", "x")]
    [InlineData("one two^Wx", "one x")]
    [InlineData("one two<Home>M-d", " two")]
    [InlineData("one two^U^Y^Y", "one twoone two")]
    [InlineData("abc^B^BX^EY", "aXbcY")]
    [InlineData("abc<Backspace>^A<Delete>", "b")]
    [InlineData("ab^T", "ba")]
    [InlineData("one twoM-b-^F_", "one -t_wo")]
    [InlineData("a\U0001F600b<LeftArrow><Backspace>", "ab")]
    // History: back, forth to what was typed, and search.
    [InlineData("<UpArrow>", "cluster show")]
    [InlineData("^P^P", "run list")]
    [InlineData("typed<UpArrow><DownArrow>", "typed")]
    [InlineData("^Rrun", "run list")]
    [InlineData("^Rclu<RightArrow>!", "cluster show!")]
    [InlineData("x^Rnothinglike^G", "x")]
    // Completion: one word, the common beginning, a list.
    [InlineData("cl<Tab>", "cluster ")]
    [InlineData("cro<Tab>", "cron")]
    [InlineData("zz<Tab>", "zz")]
    public void Keys_edit_the_line(string keys, string expected) =>
        Assert.Equal(expected, Edit(keys + "<Enter>").Line);

    [Fact]
    public void Ctrl_C_drops_the_line_and_Ctrl_D_on_an_empty_one_ends()
    {
        Assert.Equal("", Edit("abc^C").Line);
        Assert.Null(Edit("^D").Line);
        Assert.Equal("ac", Edit("abc^B^B^D<Enter>").Line);
    }

    [Fact]
    public void Several_completions_are_listed_and_the_line_is_drawn_again()
    {
        var (line, screen) = Edit("cron<Tab>x<Enter>");

        Assert.Equal("cronx", line);
        Assert.Contains("cron1  cron2\r\n\r> cron", screen);
    }

    [Fact]
    public void A_long_line_stays_on_one_row()
    {
        var screen = Edit(new string('a', 100) + "<Enter>").Screen;

        Assert.All(screen.Split('\r'), row => Assert.True(row.Replace("\x1b[K", "").Length <= 40, row));
    }

    [Fact]
    public void History_outlives_the_session_without_tokens_and_repetitions()
    {
        using var folder = new TempFolder();
        var file = folder.File(Path.Combine("deep", "history"));
        var history = new LineHistory(file);
        foreach (var line in new[] { "cluster show", "cluster show", " ", "--token secret cron list", "run list" }) history.Add(line);

        Assert.Equal(["cluster show", "run list"], new LineHistory(file).Lines);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    private static (string? Line, string Screen) Edit(string keys)
    {
        var history = new LineHistory(null);
        foreach (var line in new[] { "run list", "cluster show" }) history.Add(line);
        var screen = new StringWriter();
        string[] words = ["cluster", "cron1", "cron2"];
        var editor = new LineEditor(new Typist(keys), screen, history, (line, at) => [.. words.Where(word => word.StartsWith(line[..at], StringComparison.Ordinal))]);
        return (editor.ReadLine("> "), screen.ToString());
    }

    private sealed class Typist(string keys) : IKeyboard, IDisposable
    {
        private int _at;

        public int Width => 40;

        public bool HasMore => false;

        public IDisposable TakeOver() => this;

        public void Dispose()
        {
        }

        public ConsoleKeyInfo? Read()
        {
            if (_at >= keys.Length) return null;
            if (keys[_at] == '^' && _at + 1 < keys.Length) return Take(2, keys[_at + 1], control: true);
            if (keys[_at] == 'M' && keys.AsSpan(_at).StartsWith("M-") && _at + 2 < keys.Length) return Take(3, char.ToUpperInvariant(keys[_at + 2]), alt: true);
            if (keys[_at] != '<') return new ConsoleKeyInfo(keys[_at++], default, false, false, false);
            var end = keys.IndexOf('>', _at);
            var named = Enum.Parse<ConsoleKey>(keys[(_at + 1)..end]);
            _at = end + 1;
            return new ConsoleKeyInfo('\0', named, false, false, false);
        }

        private ConsoleKeyInfo Take(int length, char letter, bool control = false, bool alt = false)
        {
            _at += length;
            return new ConsoleKeyInfo(control ? (char)(letter - '@') : letter, (ConsoleKey)letter, false, alt, control);
        }
    }
}
