using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using static ActorCron.History.Tests.Runs;

namespace ActorCron.History.Tests;

/// <summary>The stored form outlives releases: what is written here stays readable.</summary>
public sealed class RunJsonTests
{
    private const string Golden =
        """
        {"spec":{"id":"a@00000","schedule":"a","user":"rob","queue":"default","scheduledFor":"2026-11-24T12:00:00+00:00","trigger":"schedule","job":{"type":"noop","params":"{}"}},"state":"timedOut","attempt":0,"created":"2026-11-24T12:00:00+00:00","finished":"2026-11-24T12:00:01+00:00","fence":0,"revision":3}
        """;

    // As it was before fields with defaults were left out.
    private const string Early =
        """
        {"spec":{"id":"a@00000","schedule":"a","user":"rob","queue":"default","priority":0,"scheduledFor":"2026-11-24T12:00:00+00:00","trigger":"schedule","job":{"type":"noop","params":"{}"},"timeout":"01:00:00","retry":{"maxAttempts":1,"delay":"00:00:10","factor":2,"maxDelay":"00:10:00"},"overlap":"allow","execution":"atLeastOnce","fromCrontab":false,"late":false},"state":"timedOut","attempt":0,"created":"2026-11-24T12:00:00+00:00","finished":"2026-11-24T12:00:01+00:00","fence":0,"revision":3}
        """;

    [Fact]
    public void The_stored_text_is_the_one_that_other_versions_read()
    {
        Assert.Equal(Golden, RunJson.Write(Of("a", 0, RunState.TimedOut)));
        Assert.Equal(Of("a", 0, RunState.TimedOut), RunJson.Read(Golden, null));
        Assert.Equal(Of("a", 0, RunState.TimedOut), RunJson.Read(Early, null));
    }

    [Fact]
    public void A_field_of_a_later_version_is_passed_over_and_a_missing_one_takes_its_default()
    {
        var text = Early.Replace("\"priority\":0,", "\"colour\":\"red\",", StringComparison.Ordinal).Replace(",\"timeout\":\"01:00:00\"", "", StringComparison.Ordinal);

        Assert.Equal(Of("a", 0, RunState.TimedOut), RunJson.Read(text, null));
    }

    [Fact]
    public void A_value_that_is_no_default_is_stored_even_if_it_is_zero_or_empty()
    {
        var run = Of("a", 0, RunState.TimedOut);
        var odd = run with { Spec = run.Spec with { Timeout = TimeSpan.Zero, Retry = RetryPolicy.Once with { MaxAttempts = 0 }, Priority = -1, Late = true } };

        Assert.Equal(odd, RunJson.Read(RunJson.Write(odd), null));
    }

    [Fact]
    public void The_numbers_that_stand_for_states_never_change() => Assert.Equal(
        "Dispatched=0 Running=1 Retrying=2 Succeeded=3 Failed=4 TimedOut=5 Cancelled=6 Skipped=7 Missed=8 Dead=9",
        string.Join(' ', Enum.GetValues<RunState>().Select(state => $"{state}={(int)state}")));
}
