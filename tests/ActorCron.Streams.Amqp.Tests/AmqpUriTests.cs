namespace ActorCron.Streams.Amqp.Tests;

public class AmqpUriTests
{
    [Theory]
    [InlineData("amqp://localhost", "guest", "guest", "amqp://localhost:5672/%2F")]
    [InlineData("amqp://user:pass@rabbit:5673/", "user", "pass", "amqp://rabbit:5673/%2F")]
    [InlineData("amqp://user:pass@a,b:5673, c /orders", "user", "pass", "amqp://a:5672,b:5673,c:5672/orders")]
    [InlineData("amqps://user:pass@rabbit/%2Fteam%2Fone", "user", "pass", "amqps://rabbit:5671/%2Fteam%2Fone")]
    [InlineData("AMQP://us%40er:p%3A%2F%25ss@[::1]:5673/%2f", "us@er", "p:/%ss", "amqp://[::1]:5673/%2F")]
    [InlineData("amqp://user:a+b=@[fe80::1]", "user", "a+b=", "amqp://[fe80::1]:5672/%2F")]
    [InlineData("amqp://user:p@ss@host", "user", "p@ss", "amqp://host:5672/%2F")]
    public void An_address_is_read_and_shown_without_its_credentials(string uri, string user, string password, string shown)
    {
        var settings = AmqpConnectionSettings.FromUri(uri);

        Assert.Equal(shown, settings.ToString());
        Assert.Equal((user, password), (settings.Credentials.UserName, settings.Credentials.Password));
        Assert.Equal("***", settings.Credentials.ToString());
    }

    [Theory]
    [InlineData("http://user:hunter2@host", "amqp://")]
    [InlineData("host:5672", "amqp://")]
    [InlineData("", "amqp://")]
    [InlineData("amqp://", "host is empty")]
    [InlineData("amqp://user:hunter2@host:port", "port")]
    [InlineData("amqp://user:hunter2@host:0", "port")]
    [InlineData("amqp://user:hunter2@host:70000", "port")]
    [InlineData("amqp://user@host", "no password")]
    [InlineData("amqp://user:hunter2/x@host", "%2F")]
    [InlineData("amqp://user:hunter2@host/a/b", "%2F")]
    [InlineData("amqp://user:hunter2@host/?heartbeat=", "heartbeat must be a whole number from 1 to 65535")]
    [InlineData("amqp://user:hunter2@host/?heartbeat=0", "heartbeat must be a whole number from 1 to 65535")]
    [InlineData("amqp://user:hunter2@host/?heartbeat=5&heartbeat=6", "heartbeat is given twice")]
    [InlineData("amqp://user:hunter2@host/?verify=verify_none", "concerns TLS")]
    [InlineData("amqp://user:hunter2@host/?retries=5", "it takes the parameters heartbeat (seconds)")]
    [InlineData("amqp://user:5?hunter2@host/", "%3F")]
    [InlineData("amqp://user:x?hunter2=@host/", "%3F")]
    [InlineData("amqp://user:hunter2#@host/", "fragment")]
    [InlineData("amqp://user:hunter2@a,,b", "host is empty")]
    public void A_bad_address_is_refused_with_the_reason_and_without_the_password(string uri, string reason)
    {
        var failure = Assert.Throws<FormatException>(() => AmqpConnectionSettings.FromUri(uri));

        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_usual_parameters_are_read_and_the_rest_stays_as_it_is()
    {
        var defaults = new AmqpConnectionSettings { ClientName = "me", ConnectTimeout = TimeSpan.FromSeconds(5) };

        var settings = AmqpConnectionSettings.FromUri("amqp://h:5672/?heartbeat=5&channel_max=100", defaults);

        Assert.Equal((TimeSpan.FromSeconds(5), (ushort?)100, "me", TimeSpan.FromSeconds(5)), (settings.Heartbeat, settings.ChannelMax, settings.ClientName, settings.ConnectTimeout));
        Assert.Equal(TimeSpan.FromMilliseconds(700), AmqpConnectionSettings.FromUri("amqp://h?connection_timeout=700").ConnectTimeout);
    }

    [Theory]
    [InlineData(0, 10, 15)]
    [InlineData(10, 0, 15)]
    [InlineData(10, 10, 0)]
    public void Settings_out_of_bounds_are_refused(int connect, int operation, int heartbeat)
    {
        var settings = new AmqpConnectionSettings
        {
            ConnectTimeout = TimeSpan.FromSeconds(connect),
            OperationTimeout = TimeSpan.FromSeconds(operation),
            Heartbeat = TimeSpan.FromSeconds(heartbeat),
        };

        Assert.Contains("must be", Assert.Throws<ArgumentException>(() => new AmqpConnectionProvider(settings)).Message, StringComparison.Ordinal);
    }
}
