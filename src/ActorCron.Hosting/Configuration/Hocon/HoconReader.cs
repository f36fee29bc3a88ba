using System.Text;

namespace ActorCron.Hosting.Configuration.Hocon;

/// <summary>Reads HOCON: comments, nested and dotted keys, lists, <c>+=</c>, texts in quotes or without, substitutions, includes.
/// Akka's own parser takes <c>+=</c>, optional substitutions and open braces for something else without a word, and knows no lines;
/// hence this one, which hands Akka a text that it reads right.</summary>
internal sealed class HoconReader
{
    private const int MostParts = 64;

    private readonly HoconCursor _at;
    private readonly Func<string, HoconOrigin, HoconObject> _include;

    private HoconReader(string text, string source, Func<string, HoconOrigin, HoconObject> include) => (_at, _include) = (new HoconCursor(text, source), include);

    /// <summary>Reads a whole text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">Its name in messages.</param>
    /// <param name="include">Reads the file that an <c>include</c> names.</param>
    /// <exception cref="HoconException">It cannot be read; says where and why.</exception>
    public static HoconObject Read(string text, string source, Func<string, HoconOrigin, HoconObject> include) =>
        new HoconReader(text, source, include).ReadRoot();

    /// <summary>Reads a single value, as the command line gives it.</summary>
    public static HoconValue ReadValue(string text, string source)
    {
        var reader = new HoconReader(text, source, (_, origin) => throw new HoconException("include does not belong here", origin));
        var value = reader.ReadValue();
        reader._at.SkipBlank();
        return reader._at.AtEnd ? value : throw reader._at.Wrong($"'{reader._at.Current}' is one too many");
    }

    private HoconObject ReadRoot()
    {
        if (_at.Current == '\uFEFF') _at.Next();
        _at.SkipBlank();
        var root = new HoconObject(_at.Here);
        if (_at.Current == '{')
        {
            root = ReadObject();
            _at.SkipBlank();
            if (!_at.AtEnd) throw _at.Wrong($"'{_at.Current}' stands after the closing brace of the whole file");
            return root;
        }
        ReadFields(root);
        if (!_at.AtEnd) throw _at.Wrong($"'{_at.Current}' closes nothing that was opened");
        return root;
    }

    private HoconObject ReadObject()
    {
        var opened = _at.Here;
        _at.Deeper();
        _at.Next();
        var section = new HoconObject(opened);
        ReadFields(section);
        if (_at.Current != '}')
            throw _at.AtEnd ? new HoconException($"the brace opened here (column {opened.Column}) is never closed", opened) : _at.Wrong($"'{_at.Current}' stands where '}}' was due");
        _at.Next();
        _at.Shallower();
        return section;
    }

    private void ReadFields(HoconObject target)
    {
        while (true)
        {
            _at.SkipBlank(commas: true);
            if (_at.AtEnd || _at.Current is '}' or ']') return;
            if (!TryInclude(target)) ReadField(target);
        }
    }

    private void ReadField(HoconObject target)
    {
        var origin = _at.Here;
        var path = ReadPath();
        _at.SkipSpaces();
        if (_at.Current == '{')
        {
            target.Put(path, ReadValue());
            return;
        }
        var appends = _at.Current == '+' && _at.Index + 1 < _at.Text.Length && _at.Text[_at.Index + 1] == '=';
        if (!appends && _at.Current is not ('=' or ':'))
            throw _at.Wrong($"'=' is missing after {string.Join('.', path)}", origin.Line == _at.Here.Line ? null : origin);
        _at.Next(appends ? 2 : 1);
        _at.SkipBlank();
        var value = ReadValue();
        target.Put(path, appends ? new HoconList([value], value.Origin, Appends: true) : value);
    }

    private string[] ReadPath()
    {
        var segments = new List<string>();
        while (true)
        {
            var segment = new StringBuilder();
            var quoted = _at.Current == '"';
            if (quoted) segment.Append(HoconTexts.ReadQuoted(_at));
            else
            {
                while (!_at.AtEnd && !char.IsWhiteSpace(_at.Current) && !"\"{}[]:=,+#.$".Contains(_at.Current)) segment.Append(_at.Take());
            }
            if (segment.Length == 0 && !quoted)
                throw _at.Wrong(segments.Count > 0 ? $"a key ends with a dot: {string.Join('.', segments)}." : $"a key was due, not '{_at.Current}'");
            segments.Add(segment.ToString());
            if (segments.Count > MostParts) throw _at.Wrong("the key has too many parts");
            if (_at.Current != '.') return [.. segments];
            _at.Next();
        }
    }

    private bool TryInclude(HoconObject target)
    {
        const string word = "include";
        if (string.CompareOrdinal(_at.Text, _at.Index, word, 0, word.Length) != 0) return false;
        var after = _at.Index + word.Length;
        while (after < _at.Text.Length && _at.Text[after] is ' ' or '\t') after++;
        var wrapper = _at.Text.AsSpan(after);
        if (after == _at.Index + word.Length || !(wrapper.StartsWith("\"") || wrapper.StartsWith("required(") || wrapper.StartsWith("file(") || wrapper.StartsWith("url(") || wrapper.StartsWith("classpath("))) return false;

        var origin = _at.Here;
        _at.Next(after - _at.Index);
        var closing = 0;
        foreach (var prefix in (string[])["required(", "file("])
        {
            if (string.CompareOrdinal(_at.Text, _at.Index, prefix, 0, prefix.Length) != 0) continue;
            _at.Next(prefix.Length);
            closing++;
        }
        if (_at.Current != '"') throw _at.Wrong("only files can be included: include \"other.conf\"");
        var file = HoconTexts.ReadQuoted(_at);
        while (closing-- > 0)
        {
            if (_at.Current != ')') throw _at.Wrong("')' is missing after the file to include");
            _at.Next();
        }
        foreach (var (key, value) in _include(file, origin).Values) target.Put([key], value);
        return true;
    }

    private HoconValue ReadValue()
    {
        var origin = _at.Here;
        var pieces = new List<(string Space, HoconValue? Value)>();
        while (true)
        {
            var space = _at.SkipSpaces();
            if (_at.AtEnd || _at.Current is '\n' or '\r' or ',' or '}' or ']' || _at.AtComment()) break;
            pieces.Add((space, ReadPiece()));
        }
        if (pieces.Count == 0) throw _at.Wrong("a value is missing", origin);
        return pieces.Exists(piece => piece.Value!.IsOpen && piece.Value is not HoconList) && pieces.Count > 1
            ? new HoconConcat([.. pieces.Select(piece => (piece.Space, piece.Value!))], origin)
            : HoconPieces.Join(pieces, origin)!;
    }

    private HoconValue ReadPiece() => _at.Current switch
    {
        '{' => ReadObject(),
        '[' => ReadList(),
        '"' => HoconTexts.ReadText(_at),
        '$' => HoconTexts.ReadSubstitution(_at),
        _ => HoconTexts.ReadUnquoted(_at),
    };

    private HoconList ReadList()
    {
        var opened = _at.Here;
        _at.Deeper();
        _at.Next();
        var items = new List<HoconValue>();
        while (true)
        {
            _at.SkipBlank(commas: true);
            if (_at.AtEnd) throw new HoconException($"the bracket opened here (column {opened.Column}) is never closed", opened);
            if (_at.Current == ']') break;
            if (_at.Current == '}') throw _at.Wrong("'}' stands where ']' was due");
            items.Add(ReadValue());
        }
        _at.Next();
        _at.Shallower();
        return new HoconList(items, opened);
    }
}
