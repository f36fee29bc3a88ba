using System.Text;
using ActorCron.Core.Documents;
using ActorCron.Core.Jobs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Time;
using CsCheck;

namespace ActorCron.Core.Tests.Documents;

public class ScheduleRoundTripTests
{
    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);

    private static readonly Gen<string> Texts = Gen.Char.Where(c => !char.IsControl(c) && !char.IsSurrogate(c)).Array[1, 20].Select(chars => new string(chars));
    private static readonly Gen<string> Names = Gen.Char["abcXYZ019._-"].Array[1, 20].Select(chars => new string(chars));

    private static readonly Gen<TimeSpan> Spans = Gen.Frequency(
        (3, Gen.Int[0, 86_400].Select(seconds => TimeSpan.FromSeconds(seconds))),
        (1, Gen.Long[0, TimeSpan.TicksPerDay].Select(ticks => new TimeSpan(ticks))));

    private static readonly Gen<DateTimeOffset> Instants = Gen.Long[0, 4_000_000_000_000].Select(DateTimeOffset.FromUnixTimeMilliseconds);

    private static readonly Gen<TimeSpec> Times = Gen.OneOf(
        OneOf("15 2 * * mon-fri", "*/5 * * * * *", "@hourly", "H H(1-5) * * *", "0 0 L * ?").Select(cron => new TimeSpec { Cron = cron }),
        Gen.Select(Gen.Int[0, 59], OneOf("*", "*/2", "22-2")).Select((minute, hour) => new TimeSpec { Fields = new CronFields(Minute: $"{minute}", Hour: hour) }),
        Gen.Int[1, 1_000_000].Select(seconds => new TimeSpec { Every = TimeSpan.FromSeconds(seconds) }),
        Instants.Select(at => new TimeSpec { At = at }));

    private static readonly Gen<TimeSpec> ZonedTimes = Gen.Select(Times, OneOf("UTC", "Europe/Berlin", "America/St_Johns"), Gen.Enum<DstGap>(), Gen.Enum<DstOverlap>())
        .Select((time, zone, gap, overlap) => time with { TimeZone = zone, Dst = new DstPolicy(gap, overlap) });

    private static readonly Gen<TimeSpec> BoundedTimes = Gen.Select(ZonedTimes, Instants, Gen.Bool)
        .Select((time, start, bounded) => bounded && time.At is null ? time with { StartAt = start, EndAt = start.AddYears(30) } : time);

    private static readonly Gen<RetryPolicy> Retries = Gen.Select(Gen.Int[1, 1000], Spans, Gen.Double[1, 100], Spans)
        .Select((attempts, delay, factor, more) => new RetryPolicy(attempts, delay, factor, delay + more));

    private static readonly Gen<Schedule> Plain = Gen.Select(Names, Texts, Texts.Array[0, 5], BoundedTimes, Names, Texts)
        .Select((id, user, tags, time, type, text) => new Schedule
        {
            Id = "a" + id,
            User = user,
            Description = text + "\n",
            Tags = [.. tags.Distinct()],
            Time = time,
            Job = new JobSpec(type, $$"""{"text":"{{System.Text.Json.JsonEncodedText.Encode(text)}}","list":[1,2.5e3,null,{"a":true}]}"""),
        });

    private static readonly Gen<Schedule> Schedules = Gen.Select(Plain, Names, Gen.Int[-1000, 1000], Retries, Spans, Gen.Enum<OverlapPolicy>(), Gen.Enum<CatchUpPolicy>(), Gen.Bool)
        .Select((schedule, queue, priority, retry, span, overlap, catchUp, flag) => schedule with
        {
            Queue = queue,
            Priority = priority,
            Retry = retry,
            Overlap = overlap,
            CatchUp = new CatchUp(catchUp, span),
            Execution = flag ? ExecutionGuarantee.AtMostOnce : ExecutionGuarantee.AtLeastOnce,
            Timeout = span + TimeSpan.FromSeconds(1),
            Jitter = span,
            Paused = flag,
        });

    [Fact]
    public void What_is_written_reads_as_the_same_schedule() =>
        Schedules.Sample(schedule =>
        {
            var written = ScheduleDocument.Serialize(schedule);
            var parsed = ScheduleDocument.TryParse(written, ScheduleDefaults.BuiltIn, null, out var read, out var problems);
            Assert.True(parsed, string.Join('\n', problems) + "\n" + Encoding.UTF8.GetString(written));
            Assert.Equal(schedule, read);
            Assert.Equal(schedule.GetHashCode(), read!.GetHashCode());
        }, iter: 2000);

    [Fact]
    public void Schedules_with_other_tags_are_not_equal()
    {
        var schedule = new Schedule { Id = "a", Time = new TimeSpec { Cron = "@daily" }, Job = new JobSpec("noop", "{}"), Tags = ["x", "y"] };

        Assert.Equal(schedule, schedule with { Tags = ["x", "y"] });
        Assert.NotEqual(schedule, schedule with { Tags = ["y", "x"] });
        Assert.NotEqual(schedule, schedule with { Tags = [] });
        Assert.Equal(schedule with { Tags = [] }, schedule with { Tags = default });
    }
}
