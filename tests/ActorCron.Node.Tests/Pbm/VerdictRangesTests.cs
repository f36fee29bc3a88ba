using System.Text.Json;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Palettes.Cron;

namespace ActorCron.Node.Tests.Pbm;

public sealed class VerdictRangesTests
{
    [Theory]
    // One letter an occurrence: p paused, m missed, R a run. Two alike stay two lines, a run is always its own.
    [InlineData("ppppm", "1 to 4 (4) paused|5 missed")]
    [InlineData("ppmm", "1 paused|2 paused|3 missed|4 missed")]
    [InlineData("RRRR", "1 succeeded|2 succeeded|3 succeeded|4 succeeded")]
    [InlineData("pppRppp", "1 to 3 (3) paused|4 succeeded|5 to 7 (3) paused")]
    [InlineData("", "")]
    public void Neighbours_alike_and_without_a_run_are_drawn_together(string occurrences, string expected)
    {
        var verdicts = occurrences.Select((kind, i) => JsonDocument.Parse(kind switch
        {
            'R' => $$"""{"occurrence":"{{i + 1}}","verdict":"succeeded","reason":"","runId":"r{{i}}"}""",
            _ => $$"""{"occurrence":"{{i + 1}}","verdict":"{{(kind == 'p' ? "paused" : "missed")}}","reason":"because","runId":null}""",
        }).RootElement);

        var rows = VerdictRanges.Collapse(verdicts).Select(row => $"{VerdictRanges.Occurrence(row)} {row.Text("verdict")}");

        Assert.Equal(expected, string.Join('|', rows));
    }
}
