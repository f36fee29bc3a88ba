using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ActorCron.Pbm.Output;

/// <summary>A table without borders, written in pieces under one heading. In a pipe each row is one whole line, so that grep,
/// awk and cut work. In a window ids stay whole as well: what does not fit is left out, cut or broken, by <see cref="Column"/>.</summary>
internal sealed class TableOutput(PbmConsole console, IReadOnlyList<Column> columns)
{
    private const int Unbounded = 100_000;
    private const int Gap = 2;
    private const int LeastForText = 20;
    private readonly int[] _widths = [.. columns.Select(column => column.Header.Length)];
    private List<int>? _shown;

    /// <summary>The whole table at once.</summary>
    public static void Write(PbmConsole console, IReadOnlyList<Column> columns, IEnumerable<JsonElement> rows) =>
        new TableOutput(console, columns).Write(rows);

    /// <summary>Two columns without a heading: a name and its value.</summary>
    public static void WritePairs(PbmConsole console, IEnumerable<(string Name, string Value)> pairs)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = false };
        table.AddColumn(new TableColumn("") { Padding = new Padding(0, 0, Gap, 0), NoWrap = true });
        table.AddColumn(new TableColumn("") { Padding = new Padding(0) });
        foreach (var (name, value) in pairs)
            table.AddRow(new Text(name, new Style(decoration: Decoration.Bold)), new Text(Cell.Clean(value), name == "state" ? StateStyle(value) : Style.Plain));
        Render(console, table, console.OutIsTerminal ? console.Width() : Unbounded);
    }

    /// <summary>Further rows; the first ones bring the heading.</summary>
    public void Write(IEnumerable<JsonElement> rows)
    {
        var cells = rows.Select(row => columns.Select(column => Cell.Clean(column.Text(row) ?? "")).ToArray()).ToList();
        if (cells.Count == 0) return;
        for (var i = 0; i < columns.Count; i++)
            _widths[i] = Math.Max(_widths[i], cells.Max(row => new Segment(row[i]).CellCount()));
        var isFirst = _shown is null;
        _shown ??= Choose();

        var table = new Table { Border = TableBorder.None, ShowHeaders = isFirst };
        foreach (var i in _shown)
            table.AddColumn(new TableColumn(new Text(columns[i].Header, new Style(decoration: Decoration.Bold)))
            {
                Padding = new Padding(0, 0, i == _shown[^1] ? 0 : Gap, 0),
                Width = WidthOf(i),
                NoWrap = columns[i].Kind != ColumnKind.Prose,
            });
        foreach (var row in cells) table.AddRow(_shown.Select(i => Render(columns[i], row[i], WidthOf(i))));
        Render(console, table, Unbounded);
        if (!isFirst || _shown.Count == columns.Count) return;
        console.Out.Flush();
        console.Error.WriteLine($"(the window is too narrow for {string.Join(", ", columns.Where((_, i) => !_shown.Contains(i)).Select(column => column.Header))})");
    }

    private static Text Render(Column column, string text, int width)
    {
        if (column.Kind == ColumnKind.Remark && text.Length > width) text = string.Concat(text.AsSpan(0, width - 1), "…");
        return new Text(text, column.Kind == ColumnKind.State ? StateStyle(text) : Style.Plain);
    }

    private static void Render(PbmConsole console, Table table, int width)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var colour = console.UsesColour;
        var ansi = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colour ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        ansi.Profile.Width = Math.Max(LeastForText, width);
        ansi.Profile.Encoding = System.Text.Encoding.UTF8;
        ansi.Write(table);
        foreach (var line in text.ToString().TrimEnd().Split('\n')) console.Out.WriteLine(line.TrimEnd());
    }

    private static bool IsText(Column column) => column.Kind is ColumnKind.Remark or ColumnKind.Prose;

    private static Style StateStyle(string? state) => state switch
    {
        "succeeded" or "up" or "active" => new Style(Color.Green),
        "failed" or "dead" or "timedOut" or "missed" or "down" or "unreachable" => new Style(Color.Red),
        "running" or "dispatched" or "retrying" or "joining" => new Style(Color.Blue),
        "skipped" or "cancelled" or "paused" or "leaving" or "exiting" => new Style(Color.Yellow),
        _ => Style.Plain,
    };

    // Remarks and prose count with their least width here; they get what the others leave.
    private List<int> Choose()
    {
        var shown = Enumerable.Range(0, columns.Count).ToList();
        while (console.OutIsTerminal && shown.Sum(i => (IsText(columns[i]) ? Math.Min(_widths[i], LeastForText) : _widths[i]) + Gap) - Gap > console.Width()
            && shown.MaxBy(i => columns[i].Rank) is var last && columns[last].Rank > 0)
            shown.Remove(last);
        return shown;
    }

    private int WidthOf(int column)
    {
        if (!console.OutIsTerminal || !IsText(columns[column])) return _widths[column];
        var others = _shown!.Where(i => i != column).Sum(i => _widths[i] + Gap);
        return Math.Clamp(console.Width() - others, Math.Min(_widths[column], LeastForText), _widths[column]);
    }
}
