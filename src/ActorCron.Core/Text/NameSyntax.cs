using System.Buffers;

namespace ActorCron.Core.Text;

/// <summary>How names are spelled (contract 5). Each check answers null when the text is right.</summary>
public static class NameSyntax
{
    /// <summary>The longest schedule id, in characters.</summary>
    public const int MaxScheduleId = 200;
    /// <summary>The longest queue name, job type, user and tag, in characters.</summary>
    public const int MaxName = 100;
    /// <summary>The longest run id taken from a foreign message, in characters.</summary>
    public const int MaxRunId = 300;

    private const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static readonly SearchValues<char> IdCharacters = SearchValues.Create(Alphanumeric + "._:/-");
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(Alphanumeric + "._-");

    /// <summary>1 to 200 of <c>A-Z a-z 0-9 . _ : / -</c>, starting with a letter or digit.</summary>
    public static FieldProblem? ScheduleId(string field, string text)
    {
        var problem = Check(field, text, MaxScheduleId, IdCharacters, "A-Z a-z 0-9 . _ : / -");
        if (problem is not null) return problem;
        return char.IsAsciiLetterOrDigit(text[0]) ? null : new FieldProblem(field, $"must start with a letter or digit, not with '{text[0]}'", 1);
    }

    /// <summary>An id that the API's addresses use for a call of their own: what is stored under it could not be shown.</summary>
    public static FieldProblem? ReservedId(string field, string id) =>
        id == "export" ? new FieldProblem(field, "must not be \"export\": the address of such a schedule is that of the export of all") : null;

    /// <summary>1 to 100 of <c>A-Z a-z 0-9 . _ -</c>.</summary>
    public static FieldProblem? QueueName(string field, string text) => Check(field, text, MaxName, NameCharacters, "A-Z a-z 0-9 . _ -");

    /// <summary>1 to 100 of <c>A-Z a-z 0-9 . _ -</c>.</summary>
    public static FieldProblem? JobType(string field, string text) => Check(field, text, MaxName, NameCharacters, "A-Z a-z 0-9 . _ -");

    /// <summary>1 to 100 characters, none of them a control character. Users and tags.</summary>
    public static FieldProblem? Label(string field, string text) => Length(field, text, 1, MaxName) ?? Printable(field, text);

    /// <summary>1 to <see cref="MaxRunId"/> characters, none of them a control character.</summary>
    public static FieldProblem? RunId(string field, string text) => Length(field, text, 1, MaxRunId) ?? Printable(field, text);

    internal static FieldProblem? Length(string field, string text, int min, int max) => text.Length switch
    {
        0 when min > 0 => new FieldProblem(field, $"must not be empty: {min} to {max} characters"),
        var length when length > max => new FieldProblem(field, $"has {length} characters; at most {max} are allowed", max + 1),
        _ => null,
    };

    internal static FieldProblem? Printable(string field, string text, string alsoAllowed = "")
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsControl(text[i]) || alsoAllowed.Contains(text[i])) continue;
            return new FieldProblem(field, $"holds the control character U+{(int)text[i]:X4}", i + 1);
        }
        return null;
    }

    private static FieldProblem? Check(string field, string text, int max, SearchValues<char> allowed, string allowedInWords)
    {
        if (Length(field, text, 1, max) is { } problem) return problem;
        var bad = text.AsSpan().IndexOfAnyExcept(allowed);
        if (bad < 0) return null;
        var shown = char.IsSurrogate(text[bad]) ? $"U+{(int)text[bad]:X4}" : OddCharacters.Show(text[bad]);
        return new FieldProblem(field, $"holds {shown}; allowed are {allowedInWords}", bad + 1);
    }
}
