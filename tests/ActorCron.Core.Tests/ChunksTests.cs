namespace ActorCron.Core.Tests;

public sealed class ChunksTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("3", "3")]
    [InlineData("3 3 3 3", "3 3 3|3")]
    [InlineData("1 1 1 1 1", "1 1 1 1|1")]
    [InlineData("12 1", "12|1")]
    [InlineData("1 12 1", "1|12|1")]
    public void Parts_hold_at_most_10_in_size_and_4_in_number_and_a_larger_item_stands_alone(string items, string expected)
    {
        var sizes = items.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse);

        Assert.Equal(expected, string.Join('|', Chunks.BySize(sizes, size => size, 10, 4).Select(part => string.Join(' ', part))));
    }
}
