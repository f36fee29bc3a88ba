using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using ActorCron.Core.Text;

namespace ActorCron.Core.Json;

/// <summary>One pass over a JSON document that gathers what is wrong with its fields. Each reading method starts on the token of a
/// value and leaves the pass at that value's end, right or wrong; it answers null when the value was wrong and has been reported.</summary>
/// <param name="utf8">The document.</param>
/// <param name="tolerant">Whether unknown fields are passed over instead of being reported.</param>
internal ref struct JsonFields(ReadOnlySpan<byte> utf8, bool tolerant)
{
    /// <summary>The deepest nesting read at all.</summary>
    public const int MaxDepth = 64;

    private const int MaxProblems = 50;
    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    private readonly ReadOnlySpan<byte> _utf8 = utf8;
    private readonly bool _tolerant = tolerant;
    private Utf8JsonReader _json = new(utf8, Options);
    private ImmutableArray<FieldProblem>.Builder? _problems;

    public readonly bool HasProblems => _problems is not null;
    public readonly ImmutableArray<FieldProblem> Problems => _problems?.ToImmutable() ?? [];
    public readonly bool IsNull => _json.TokenType == JsonTokenType.Null;
    public readonly bool IsNumber => _json.TokenType == JsonTokenType.Number;
    public readonly bool IsText => _json.TokenType == JsonTokenType.String;

    public void Report(string field, string message, int? position = null) => Report(new FieldProblem(field, message, position));

    public void Report(FieldProblem? problem)
    {
        if (problem is null) return;
        _problems ??= ImmutableArray.CreateBuilder<FieldProblem>();
        if (_problems.Count < MaxProblems) _problems.Add(problem);
    }

    /// <summary>Steps to the document's first token.</summary>
    public void Start() => _json.Read();

    /// <summary>Makes sure that nothing follows the value just read.</summary>
    /// <exception cref="JsonException">Something does.</exception>
    public void End() => _json.Read();

    /// <summary>Whether the value is an object; if not, that is reported.</summary>
    public bool IsObject(string field)
    {
        if (_json.TokenType == JsonTokenType.StartObject) return true;
        WrongType(field, "an object");
        return false;
    }

    /// <summary>Steps to the value of the object's next known field; false at the object's end.</summary>
    /// <param name="known">The fields it may have.</param>
    /// <param name="prefix">What stands before the field's name in problems: empty, or a path that ends in a dot.</param>
    /// <param name="seen">The fields met so far; starts at 0.</param>
    /// <param name="name">The field.</param>
    public bool Next(FieldNames known, string prefix, ref ulong seen, out string name)
    {
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            name = Unescape(prefix) ?? "";
            _json.Read();
            var index = known.IndexOf(name);
            if (index < 0)
            {
                if (!_tolerant && name.Length > 0) Report(prefix + Shorten(name), "is not a known field" + Spelling.DidYouMean(name, known.All));
                else if (!_tolerant) Report(prefix + "\"\"", "is not a known field");
                _json.Skip();
                continue;
            }
            if ((seen & (1UL << index)) == 0)
            {
                seen |= 1UL << index;
                return true;
            }
            Report(prefix + name, "is given twice");
            _json.Skip();
        }
        name = "";
        return false;
    }

    /// <summary>Steps to the next item of an array; false at its end.</summary>
    public bool NextItem() => _json.Read() && _json.TokenType != JsonTokenType.EndArray;

    public bool IsArray(string field, string wanted)
    {
        if (_json.TokenType == JsonTokenType.StartArray) return true;
        WrongType(field, wanted);
        return false;
    }

    public void Skip() => _json.Skip();

    public string? Text(string field, string wanted)
    {
        if (_json.TokenType == JsonTokenType.String) return Unescape(field);
        WrongType(field, wanted);
        return null;
    }

    /// <summary>As <see cref="Text"/>; what is no character in it is replaced instead of being a problem.</summary>
    public string? Words(string field)
    {
        if (_json.TokenType != JsonTokenType.String) return Text(field, "text");
        try
        {
            return _json.GetString();
        }
        catch (InvalidOperationException)
        {
            return LoneSurrogates.Replace(_json.ValueSpan);
        }
    }

    /// <summary>A whole number of any size; whoever looks closer says more of one beyond the bounds.</summary>
    public long? Whole(string field, long min, long max) => _json.TokenType == JsonTokenType.Number && _json.TryGetInt64(out var value) ? value : Integer(field, min, max);

    public long? Integer(string field, long min, long max)
    {
        if (_json.TokenType != JsonTokenType.Number)
        {
            WrongType(field, $"a whole number from {min} to {max}");
            return null;
        }
        if (_json.TryGetInt64(out var value) && value >= min && value <= max) return value;
        Report(field, $"must be a whole number from {min} to {max}, not {NumberText()}");
        return null;
    }

    public double? Number(string field, double min, double max)
    {
        var wanted = FormattableString.Invariant($"a number from {min} to {max}");
        if (_json.TokenType != JsonTokenType.Number)
        {
            WrongType(field, wanted);
            return null;
        }
        if (_json.TryGetDouble(out var value) && value >= min && value <= max) return value;
        Report(field, $"must be {wanted}, not {NumberText()}");
        return null;
    }

    public bool? Flag(string field)
    {
        if (_json.TokenType is JsonTokenType.True or JsonTokenType.False) return _json.GetBoolean();
        WrongType(field, "true or false");
        return null;
    }

    public TimeSpan? Duration(string field, TimeSpan min, TimeSpan max)
    {
        if (Text(field, Durations.Expected) is not { } text) return null;
        if (!Durations.TryParse(text, out var duration)) Report(field, $"must be {Durations.Expected}, not \"{Shorten(text)}\"");
        else if (duration < min || duration > max) Report(field, $"must be from {Durations.Format(min)} to {Durations.Format(max)}, not {Shorten(text)}");
        else return duration;
        return null;
    }

    public DateTimeOffset? Instant(string field)
    {
        if (Text(field, Instants.Expected) is not { } text) return null;
        if (Instants.TryParse(text, out var instant)) return instant;
        Report(field, $"must be {Instants.Expected}, not \"{Shorten(text)}\"");
        return null;
    }

    public T? Name<T>(string field, WireNames<T> names) where T : struct, Enum
    {
        if (Text(field, "one of " + string.Join(", ", names.All)) is not { } text) return null;
        if (names.TryParse(text, out var value)) return value;
        Report(field, $"{names.Expected(text)} (not \"{Shorten(text)}\")");
        return null;
    }

    /// <summary>The value's number as the document spells it.</summary>
    public readonly string NumberText() => Shorten(Encoding.UTF8.GetString(_json.ValueSpan));

    /// <summary>A JSON object as compact text: no blanks between its tokens, everything else as it was written.</summary>
    public string? Params(string field)
    {
        if (!IsObject(field)) return null;
        var start = (int)_json.TokenStartIndex;
        var right = JsonParams.Walk(ref _json, field, ref this);
        return right ? JsonParams.Compact(_utf8[start..(int)_json.BytesConsumed], field, ref this) : null;
    }

    /// <summary>A JSON object as <see cref="Params"/> has it; any other value as the one field <c>item</c> of one.</summary>
    public string? ParamsOrItem(string field)
    {
        if (_json.TokenType == JsonTokenType.StartObject) return Params(field);
        var start = (int)_json.TokenStartIndex;
        _json.Skip();
        ReadOnlySpan<byte> wrapped = [.. "{\"item\":"u8, .. _utf8[start..(int)_json.BytesConsumed], (byte)'}'];
        var json = new JsonFields(wrapped, _tolerant);
        json.Start();
        var text = json.Params(field);
        foreach (var problem in json.Problems) Report(problem);
        return text;
    }

    public void WrongType(string field, string wanted)
    {
        var given = _json.TokenType switch
        {
            JsonTokenType.Null => "null",
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "an array",
            JsonTokenType.String => "text",
            JsonTokenType.Number => "a number",
            JsonTokenType.True => "true",
            _ => "false",
        };
        Report(field, $"must be {wanted}, not {given}");
        _json.Skip();
    }

    /// <summary>What a <see cref="JsonException"/> of this document says, with line and column.</summary>
    public readonly FieldProblem Malformed(JsonException cause)
    {
        var (line, column, offset) = JsonPosition.Of(_utf8, cause);
        var what = cause.Message;
        var suffix = what.IndexOf(" LineNumber:", StringComparison.Ordinal);
        if (suffix >= 0) what = what[..suffix];
        return IsTooDeep(cause)
            ? new FieldProblem(FieldProblem.Body, $"is nested deeper than {MaxDepth} levels at line {line}, column {column}", offset)
            : new FieldProblem(FieldProblem.Body, $"is not valid JSON at line {line}, column {column}: {what}", offset);
    }

    /// <summary>Whether that is one opening bracket too many.</summary>
    public readonly bool IsTooDeep(JsonException cause)
    {
        var at = JsonPosition.Of(_utf8, cause).Offset - 1;
        // The reader counts the bracket that it has just read only once it reads on.
        return _json.CurrentDepth >= MaxDepth - 1 && at < _utf8.Length && _utf8[at] is (byte)'[' or (byte)'{';
    }

    /// <summary>What keeps bytes from being read as a document at all, or null.</summary>
    public static FieldProblem? CheckBytes(ReadOnlySpan<byte> utf8, int maxBytes)
    {
        if (utf8.IsEmpty) return new FieldProblem(FieldProblem.Body, "is empty; a JSON object is expected");
        if (utf8.Length > maxBytes) return new FieldProblem(FieldProblem.Body, $"has {utf8.Length} bytes; at most {maxBytes} are allowed");
        return Utf8.IsValid(utf8) ? null : new FieldProblem(FieldProblem.Body, "is not UTF-8 text", JsonPosition.FirstInvalidByte(utf8) + 1);
    }

    internal static string Shorten(string text) => OddCharacters.Reveal(text.Length <= 60 ? text : text[..(char.IsHighSurrogate(text[56]) ? 56 : 57)] + "...");

    private string? Unescape(string field)
    {
        try
        {
            return _json.GetString();
        }
        catch (InvalidOperationException)
        {
            Report(field.Length == 0 ? FieldProblem.Body : field.TrimEnd('.'), @"holds half of a surrogate pair (such as \ud800 alone), which is no character");
            return null;
        }
    }
}
