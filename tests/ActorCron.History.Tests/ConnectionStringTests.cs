namespace ActorCron.History.Tests;

public sealed class ConnectionStringTests
{
    [Theory]
    [InlineData("mongodb://rob:s3cret@host:port/db")]
    [InlineData("s3cret")]
    public void A_wrong_MongoDB_connection_string_is_refused_without_repeating_it(string connectionString)
    {
        var error = Assert.Throws<ArgumentException>(() => new MongoRunHistory(connectionString));

        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("mongodb://user", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=h;Password=a;s3cret=1")]
    [InlineData("Host=h;Port=s3cret")]
    [InlineData("postgres://rob:s3cret@host/db")]
    [InlineData("Password=s3cret")]
    public void A_wrong_PostgreSQL_connection_string_is_refused_without_repeating_it(string connectionString)
    {
        var error = Assert.Throws<ArgumentException>(() => new PostgreSqlRunHistory(connectionString));

        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("Host=", error.Message, StringComparison.Ordinal);
    }
}
