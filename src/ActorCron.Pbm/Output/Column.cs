using System.Text.Json;

namespace ActorCron.Pbm.Output;

/// <summary>One column of a table.</summary>
/// <param name="Header">Its title; upper case, as kubectl's.</param>
/// <param name="Text">A row's text.</param>
/// <param name="Kind">How the text is treated.</param>
/// <param name="Rank">0: always shown; in a narrow window the columns with the highest rank are left out first.</param>
internal sealed record Column(string Header, Func<JsonElement, string?> Text, ColumnKind Kind = ColumnKind.Value, int Rank = 0)
{
    /// <summary>The value behind a dotted path, as it is.</summary>
    public static Column Of(string header, string path, int rank = 0) => new(header, row => row.At(path), Rank: rank);

    /// <summary>An instant, shortened.</summary>
    public static Column Instant(string header, string path, int rank = 0) => new(header, row => Cell.Instant(row.At(path)), Rank: rank);
}
