using ActorCron.Actors.Serialization;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using Microsoft.Extensions.Time.Testing;

namespace ActorCron.Actors.Tests.Serialization;

public class ParcelTests : TestKit
{
    private const int Frame = 4 * 1024 * 1024;

    [Fact]
    public void A_message_with_little_text_goes_as_it_is()
    {
        var report = Report(1000);

        Assert.Equal([report], Parcels.Parts(report, 3, Sys));
    }

    [Fact]
    public void A_message_larger_than_a_frame_arrives_whole_whatever_the_order_of_its_parts()
    {
        var report = Report(8 * 1024 * 1024);
        var parts = Parcels.Parts(report, 3, Sys).Cast<MessagePart>().ToList();
        var shelf = new ParcelShelf(Sys);

        Assert.True(parts.Count > 4);
        Assert.All(parts, part => Assert.InRange(new ActorCronSerializer((Akka.Actor.ExtendedActorSystem)Sys).ToBinary(part).Length, 1, Frame / 4));
        Assert.All(parts, part => Assert.Equal(3, part.Shard));
        Assert.All(parts.Skip(1).Reverse(), part => Assert.Null(shelf.Add(part)));
        Assert.Equal(report, shelf.Add(parts[0]));
    }

    [Fact]
    public void Two_parcels_under_way_at_a_time_do_not_mix()
    {
        var (a, b) = (Report(600_000), Report(900_000));
        var shelf = new ParcelShelf(Sys);
        var mixed = Parcels.Parts(a, 0, Sys).Concat(Parcels.Parts(b, 0, Sys)).Cast<MessagePart>().OrderByDescending(part => part.Index);

        Assert.Equivalent(new[] { a, b }, mixed.Select(shelf.Add).OfType<ReportAttempt>());
    }

    [Fact]
    public void What_does_not_become_whole_in_time_makes_way_when_something_else_comes()
    {
        var time = new FakeTimeProvider();
        var shelf = new ParcelShelf(Sys, time);
        var first = Parcels.Parts(Report(1_000_000), 0, Sys).Cast<MessagePart>().ToList();
        shelf.Add(first[0]);
        time.Advance(ParcelShelf.Longest + TimeSpan.FromSeconds(1));
        shelf.Add(new MessagePart(0, "another", 0, 2, "r6", ""));

        Assert.DoesNotContain(first.Skip(1), part => shelf.Add(part) is not null);
    }

    [Fact]
    public void The_parts_of_many_senders_do_not_push_one_another_out()
    {
        var shelf = new ParcelShelf(Sys);
        var first = Parcels.Parts(Report(1_000_000), 0, Sys).Cast<MessagePart>().ToList();
        shelf.Add(first[0]);
        for (var i = 0; i < 40; i++) shelf.Add(new MessagePart(0, $"other-{i}", 0, 2, "r6", ""));

        Assert.Contains(first.Skip(1), part => shelf.Add(part) is not null);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 2)]
    [InlineData(2, 2)]
    [InlineData(0, 1_000_000)]
    public void Parts_that_make_no_sense_are_passed_over(int index, int count) =>
        Assert.Null(new ParcelShelf(Sys).Add(new MessagePart(0, "x", index, count, "r6", "")));

    [Theory]
    [InlineData("r6", "AHt9fQ==")]
    [InlineData("r6", "no base64")]
    [InlineData("of-the-future", "AHt9")]
    public void A_whole_that_is_no_message_is_passed_over(string manifest, string bytes) =>
        Assert.Null(new ParcelShelf(Sys).Add(new MessagePart(0, "x", 0, 1, manifest, bytes)));

    // Text that hardly compresses.
    private static ReportAttempt Report(int length)
    {
        var random = new Random(length);
        return new(3, "r", 1, "o", new AttemptResult(RunState.Succeeded, Output: string.Create(length, random, (span, random) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = (char)('!' + random.Next(90));
        })));
    }
}
