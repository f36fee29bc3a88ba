using System.Text;
using ActorCron.Core.Batches;
using ActorCron.Core.Documents;
using ActorCron.Core.Jobs;
using ActorCron.Core.Text;

namespace ActorCron.Core.Tests.Batches;

public class BatchDocumentTests
{
    [Theory]
    [InlineData("""{}""", "job.params.split is missing")]
    [InlineData("""{"split":{"type":"a"}}""", "job.params.map is missing")]
    [InlineData("""{"split":"a","map":"b"}""", "job.params.split must be an object, not text")]
    [InlineData("""{"split":{"type":"a"},"map":"b c"}""", "job.params.map holds ' '")]
    [InlineData("""{"split":{"type":"a"},"map":5}""", "job.params.map must be an object, not a number")]
    [InlineData("""{"split":{"type":"a","param":{}},"map":"b"}""", "job.params.split.param is not a known field")]
    [InlineData("""{"split":{"type":"a","params":[]},"map":"b"}""", "job.params.split.params must be an object")]
    [InlineData("""{"split":{"params":{}},"map":"b"}""", "job.params.split.type is missing")]
    [InlineData("""{"split":{"type":"a"},"map":"b","reduces":{"type":"c"}}""", "job.params.reduces is not a known field")]
    [InlineData("""{"split":{"type":"batch"},"map":"b"}""", "job.params.split.type must not be a batch itself")]
    [InlineData("""{"split":{"type":"a"},"map":"batch"}""", "job.params.map must not be a batch itself")]
    [InlineData("""{"split":{"type":"a"},"map":"b","reduce":{"type":"batch"}}""", "job.params.reduce.type must not be a batch itself")]
    [InlineData("""{"split":{"type":"a"},"map":"b","onItemFailure":"ignore"}""", "job.params.onItemFailure must be one of fail, stop, continue")]
    [InlineData("""{"split":{"type":"a"},"map":"b","toleratedFailures":-1}""", "job.params.toleratedFailures must be a whole number from 0 to 100000")]
    [InlineData("""{"split":{"type":"a"},"map":"b","onItemFailure":"continue","toleratedFailures":2}""", "job.params.toleratedFailures has no meaning")]
    [InlineData("""{"split":{"type":"a"},"map":{"type":"b","params":{"item":1}}}""", "job.params.map.params.item is filled in by the batch")]
    [InlineData("""{"split":{"type":"a"},"map":"b","reduce":{"type":"c","params":{"results":[]}}}""", "job.params.reduce.params.results is filled in by the batch")]
    public void A_wrong_batch_is_refused_with_the_name_of_the_field(string parameters, string problem)
    {
        var document = $$$"""{"id":"x","cron":"* * * * *","job":{"type":"batch","params":{{{parameters}}}}}""";

        Assert.False(ScheduleDocument.TryParse(Encoding.UTF8.GetBytes(document), ScheduleDefaults.BuiltIn, null, out _, out var problems));

        Assert.Contains(problems, found => $"{found.Field} {found.Message}".StartsWith(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void A_batch_is_read_with_all_it_says()
    {
        Assert.True(BatchJob.TryParse(new JobSpec("batch", """{"split":{"type":"shell","params":{"command":"ls"}},"map":{"type":"shell","params":{"command":"wc"}},"reduce":{"type":"shell"},"onItemFailure":"stop","toleratedFailures":7}"""), out var batch, out _));

        Assert.Equal(new BatchJob
        {
            Split = new("shell", """{"command":"ls"}"""), Map = new("shell", """{"command":"wc"}"""), MapHasParams = true, Reduce = new("shell", "{}"),
            OnItemFailure = BatchFailurePolicy.Stop, ToleratedFailures = 7,
        }, batch);
    }

    [Theory]
    [InlineData("""[1,"a",null,[1,2],{"x": {"y":1}}]""", """{"item":1}|{"item":"a"}|{"item":null}|{"item":[1,2]}|{"x":{"y":1}}""")]
    [InlineData("[\n  {\"a\": \"b c\"}\n]\n", """{"a":"b c"}""")]
    [InlineData("log\n\n[2]  \n\n", """{"item":2}""")]
    public void Items_are_params(string output, string items)
    {
        var read = SplitOutput.Read(output);

        Assert.Null(read.Error);
        Assert.Equal(items.Split('|'), read.Items);
    }

    [Theory]
    [InlineData("""["\ud800"]""", "holds half of a surrogate pair")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "is nested deeper than 32 levels")]
    public void An_item_that_no_document_could_hold_is_refused(string output, string why) =>
        Assert.Contains(why, SplitOutput.Read(output).Error, StringComparison.Ordinal);

    [Fact]
    public void An_item_larger_than_params_may_be_is_refused() =>
        Assert.Contains("item 1 of the split's output has", SplitOutput.Read($"[1,\"{new string('x', 70_000)}\"]").Error, StringComparison.Ordinal);

    [Fact]
    public void The_run_of_an_item_fits_the_bounds_of_ids()
    {
        var longest = new BatchPart($"{new string('s', NameSyntax.MaxScheduleId)}@manual-{Guid.Empty:N}", BatchRole.Map, BatchJob.MaxItems).RunId(1000);

        Assert.Null(NameSyntax.RunId("runId", longest));
    }
}
