using System.Text.Json;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Palettes.Cron;

namespace ActorCron.Node.Tests.Pbm;

public sealed class VerdictStoryTests
{
    [Theory]
    // One letter an occurrence: p paused, m missed, R a run that succeeded, F one that failed. Two alike stay two lines.
    [InlineData("ppppm", "5 missed|1 to 4 (4) paused")]
    [InlineData("ppmm", "4 missed|3 missed|2 paused|1 paused")]
    [InlineData("RRRR", "1 to 4 (4) succeeded")]
    [InlineData("RRRFFFR", "7 succeeded|4 to 6 (3) failed|1 to 3 (3) succeeded")]
    [InlineData("pppRppp", "5 to 7 (3) paused|4 succeeded|1 to 3 (3) paused")]
    [InlineData("", "")]
    public void Neighbours_alike_are_one_line_and_the_newest_comes_first(string occurrences, string expected)
    {
        var verdicts = occurrences.Select((kind, i) => Verdict($"{i + 1}", kind, i));

        var rows = VerdictStory.Of(verdicts).Select(stretch => stretch.ToRow()).Select(row => $"{VerdictStretch.Occurrence(row)} {row.Text("verdict")}");

        Assert.Equal(expected, string.Join('|', rows));
    }

    [Fact]
    public void A_stretch_of_runs_names_the_newest_and_does_not_claim_its_words_of_all()
    {
        var row = Assert.Single(VerdictStory.Of("RRR".Select((kind, i) => Verdict($"{i + 1}", kind, i)))).ToRow();

        Assert.Equal(("r2", "the newest: attempt 1 succeeded on n in 2 ms"), (row.Text("runId"), row.Text("reason")));
    }

    [Fact]
    public void What_changes_all_the_time_is_told_by_the_hour_with_what_went_wrong_last()
    {
        var start = new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);
        var verdicts = Enumerable.Range(0, 720).Select(i => Verdict(start.AddMinutes(2 * i).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"), i % 2 == 0 ? 'R' : 'F', i));

        var story = VerdictStory.Of(verdicts);

        Assert.Equal(24, story.Count);
        Assert.Equal("15 failed, 15 succeeded; the newest failed at 2026-11-24 23:58:00Z: attempt 1 failed: exit code 4", story[0].ToRow().Text("reason")!.Replace("15 succeeded, 15 failed", "15 failed, 15 succeeded"));
        Assert.Equal("2026-11-24 23:00:00Z to 2026-11-24 23:58:00Z (30)", VerdictStretch.Occurrence(story[0].ToRow()));
    }

    private static JsonElement Verdict(string at, char kind, int number) => JsonDocument.Parse(kind switch
    {
        'R' => $$"""{"occurrence":"{{at}}","verdict":"succeeded","reason":"attempt 1 succeeded on n in {{number}} ms","runId":"r{{number}}"}""",
        'F' => $$"""{"occurrence":"{{at}}","verdict":"failed","reason":"attempt 1 failed: exit code 4","runId":"r{{number}}"}""",
        _ => $$"""{"occurrence":"{{at}}","verdict":"{{(kind == 'p' ? "paused" : "missed")}}","reason":"because","runId":null}""",
    }).RootElement;
}
