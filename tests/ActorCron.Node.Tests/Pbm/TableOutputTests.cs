using System.Text.Json;
using ActorCron.Pbm;
using ActorCron.Pbm.Output;

namespace ActorCron.Node.Tests.Pbm;

public sealed class TableOutputTests
{
    private static readonly IReadOnlyList<Column> Columns =
        [Column.Of("ID", "id"), Column.Of("QUEUE", "queue", rank: 2), Column.Of("NODE", "node", rank: 1), new("RESULT", row => row.Text("result"), ColumnKind.Remark)];

    private static readonly JsonElement[] Rows =
    [
        JsonDocument.Parse("""{"id":"reports/nightly@2026-11-24T01:15Z","queue":"default","node":"node-1:4053","result":"exit code 1: make: *** No rule to make target"}""").RootElement,
        JsonDocument.Parse("""{"id":"a","queue":"b","node":"c","result":""}""").RootElement,
    ];

    [Fact]
    public void In_a_pipe_every_row_is_one_whole_line()
    {
        var (text, error) = Write(Rows, isTerminal: false, width: 10);

        Assert.Equal(
            """
            ID                                 QUEUE    NODE         RESULT
            reports/nightly@2026-11-24T01:15Z  default  node-1:4053  exit code 1: make: *** No rule to make target
            a                                  b        c

            """, text);
        Assert.Equal("", error);
    }

    [Theory]
    // What does not fit: the remark's end; then the columns that matter least; an id never.
    [InlineData(100, "reports/nightly@2026-11-24T01:15Z  default  node-1:4053  exit code 1: make: *** No rule to make tar…", "")]
    [InlineData(75, "reports/nightly@2026-11-24T01:15Z  node-1:4053  exit code 1: make: *** No …", "(the window is too narrow for QUEUE)\n")]
    [InlineData(60, "reports/nightly@2026-11-24T01:15Z  exit code 1: make: *** N…", "(the window is too narrow for QUEUE, NODE)\n")]
    [InlineData(20, "reports/nightly@2026-11-24T01:15Z  exit code 1: make: …", "(the window is too narrow for QUEUE, NODE)\n")]
    public void In_a_window_ids_stay_whole(int width, string row, string note)
    {
        var (text, error) = Write(Rows, isTerminal: true, width);

        Assert.Equal((row, note), (text.Split('\n')[1], error));
    }

    [Fact]
    public void Later_rows_stand_under_the_first_heading()
    {
        var output = new StringWriter { NewLine = "\n" };
        var table = new TableOutput(new PbmConsole { Out = output, Error = TextWriter.Null, In = Stream.Null }, Columns);

        table.Write(Rows.Take(1));
        table.Write(Rows.Skip(1));

        Assert.Equal("a                                  b        c", output.ToString().Split('\n')[2]);
    }

    private static (string Text, string Error) Write(JsonElement[] rows, bool isTerminal, int width)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var console = new PbmConsole { Out = output, Error = error, In = Stream.Null, OutIsTerminal = isTerminal, Width = () => width, Variable = name => name == "NO_COLOR" ? "1" : null };
        TableOutput.Write(console, Columns, rows);
        return (output.ToString(), error.ToString());
    }
}
