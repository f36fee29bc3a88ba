namespace ActorCron.Hosting.Configuration.Hocon;

/// <summary>A place in a configuration text, which knows its line and how deep it is nested.</summary>
internal sealed class HoconCursor(string text, string source)
{
    private const int MaxDepth = 64;

    private int _line = 1;
    private int _lineStart;
    private int _depth;

    public string Text { get; } = text;
    public int Index { get; private set; }
    public bool AtEnd => Index >= Text.Length;
    public char Current => Index < Text.Length ? Text[Index] : '\0';
    public HoconOrigin Here => new(source, _line, Index - _lineStart + 1);

    public bool AtComment() => Current == '#' || (Current == '/' && Index + 1 < Text.Length && Text[Index + 1] == '/');

    public string SkipSpaces()
    {
        var start = Index;
        while (!AtEnd && Current is not ('\n' or '\r') && char.IsWhiteSpace(Current)) Next();
        return Text[start..Index];
    }

    public void SkipBlank(bool commas = false)
    {
        while (!AtEnd)
        {
            if (AtComment())
            {
                while (!AtEnd && Current != '\n') Next();
            }
            else if (char.IsWhiteSpace(Current) || (commas && Current == ',')) Next();
            else return;
        }
    }

    public char Take()
    {
        var taken = Current;
        Next();
        return taken;
    }

    public void Next(int count = 1)
    {
        while (count-- > 0 && !AtEnd)
        {
            if (Text[Index++] != '\n') continue;
            _line++;
            _lineStart = Index;
        }
    }

    public void Deeper()
    {
        if (++_depth > MaxDepth) throw Wrong($"nested deeper than {MaxDepth} levels");
    }

    public void Shallower() => _depth--;

    public HoconException Wrong(string message, HoconOrigin? origin = null)
    {
        var where = origin ?? Here;
        return new HoconException(AtEnd && origin is null ? message.Replace("'\0'", "the end of the text", StringComparison.Ordinal) : message, where);
    }
}
