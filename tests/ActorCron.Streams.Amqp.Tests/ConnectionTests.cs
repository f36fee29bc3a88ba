using System.Net;
using System.Net.Sockets;
using ActorCron.Tests.Fixtures;
using Akka.Streams.Dsl;
using Akka.Streams.TestKit;
using RabbitMQ.Client;

namespace ActorCron.Streams.Amqp.Tests;

[Collection(BrokerCollection.Name)]
public class ConnectionTests(Broker broker) : AmqpTest(broker)
{
    private const string Secret = "s3cret-Passw0rd";

    [Fact]
    public async Task All_streams_of_a_role_share_one_connection_and_the_roles_do_not()
    {
        var name = $"shared-{Guid.NewGuid():N}";
        await using var provider = new AmqpConnectionProvider(Provider.Settings with { ClientName = name });
        var sources = Enumerable.Range(0, 10).Select(i => AmqpSource.Committable(provider, new AmqpSourceSettings($"{Queue}-{i}")
        {
            Declarations = [new QueueDeclaration($"{Queue}-{i}")],
        }).ToMaterialized(Sink.Ignore<CommittableMessage>(), Keep.Left).Run(Materializer)).ToList();
        var flows = Enumerable.Range(0, 3).Select(_ => Akka.Streams.Dsl.Source.Never<(OutgoingMessage, int)>()
            .ViaMaterialized(AmqpFlow.WithConfirms<int>(provider, new AmqpPublishSettings()), Keep.Right)
            .To(Sink.Ignore<(PublishOutcome, int)>()).Run(Materializer)).ToList();

        await Task.WhenAll([.. sources.Select(source => source.Ready), .. flows]).WaitAsync(Soon);
        await provider.ReadyAsync();

        var listed = (await Server.RunCtlAsync("list_connections", "client_properties", "channels")).Split('\n').Where(line => line.Contains(name, StringComparison.Ordinal)).ToList();
        Assert.Equal(["10", "3"], listed.Select(line => line.Split('\t')[1]).Order());
        await Task.WhenAll(sources.Select(source => source.DrainAsync())).WaitAsync(Soon);
    }

    [Fact]
    public async Task A_connection_that_ended_is_made_anew_when_asked_for_and_its_state_is_told()
    {
        var states = new List<AmqpConnectionState>();
        Provider.StateChanged += state =>
        {
            lock (states) states.Add(state);
        };
        var first = await Provider.ConnectAsync(AmqpRole.Publish);
        Assert.Same(first, await Provider.ConnectAsync(AmqpRole.Publish));
        Assert.Equal(new AmqpHost("127.0.0.1", Server.Port), Provider.State(AmqpRole.Publish).Host);
        Assert.False(Provider.State(AmqpRole.Consume).IsOpen);

        await first.CloseAsync();
        Assert.False(Provider.State(AmqpRole.Publish).IsOpen);
        var asked = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Provider.ConnectAsync(AmqpRole.Publish)));

        Assert.NotSame(first, Assert.Single(asked.Distinct()));
        lock (states) Assert.Equal([true, false, true], states.Select(state => state.IsOpen));
    }

    [Fact]
    public async Task A_dead_host_among_several_is_passed_over()
    {
        await using var provider = new AmqpConnectionProvider(Provider.Settings with
        {
            Hosts = [new AmqpHost("127.0.0.1", FreePort.Next()), new AmqpHost("no-such-host.invalid"), new AmqpHost("127.0.0.1", Server.Port)],
        });

        await provider.ReadyAsync().WaitAsync(Soon);

        Assert.Equal(Server.Port, provider.State(AmqpRole.Consume).Host?.Port);
    }

    [Fact]
    public async Task A_host_that_never_answers_costs_the_connect_timeout_and_no_more()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var provider = new AmqpConnectionProvider(new AmqpConnectionSettings
        {
            Hosts = [new AmqpHost("127.0.0.1", ((IPEndPoint)silent.LocalEndpoint).Port)],
            Credentials = new AmqpCredentials("user", Secret),
            ConnectTimeout = TimeSpan.FromMilliseconds(500),
        });

        var failure = await Assert.ThrowsAsync<AmqpConnectionException>(() => provider.ReadyAsync().WaitAsync(Soon));

        Assert.Contains("0.5 s", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.IsTransient);
    }

    [Fact]
    public async Task Credentials_show_in_no_error_state_or_text()
    {
        var settings = Provider.Settings with { Credentials = new AmqpCredentials("the-user", Secret) };
        await using var refused = new AmqpConnectionProvider(settings);
        await using var nobody = new AmqpConnectionProvider(settings with { Hosts = [new AmqpHost("127.0.0.1", FreePort.Next())] });

        foreach (var provider in new[] { refused, nobody })
        {
            var failure = await Assert.ThrowsAsync<AmqpConnectionException>(() => provider.ConnectAsync(AmqpRole.Consume).WaitAsync(Soon));
            var source = AmqpSource.Committable(provider, new AmqpSourceSettings(Queue)).RunWith(this.SinkProbe<CommittableMessage>(), Materializer);
            source.Request(1);
            foreach (var text in new[] { failure.ToString(), $"{provider.State(AmqpRole.Consume)}", $"{provider.Settings}", source.ExpectError().ToString() })
            {
                Assert.DoesNotContain(Secret, text, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain("the-user", text, StringComparison.OrdinalIgnoreCase);
            }
            Assert.Equal(failure.Message, provider.State(AmqpRole.Consume).LastFailure);
        }
        Assert.Contains("ACCESS_REFUSED", refused.State(AmqpRole.Consume).LastFailure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_virtual_host_is_named()
    {
        await using var provider = new AmqpConnectionProvider(Provider.Settings with { VirtualHost = "no-such-vhost" });

        var failure = await Assert.ThrowsAsync<AmqpConnectionException>(() => provider.ConnectAsync(AmqpRole.Consume).WaitAsync(Soon));

        Assert.Contains("no-such-vhost", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disposed_provider_closes_its_connections_and_makes_no_more()
    {
        var provider = new AmqpConnectionProvider(Provider.Settings);
        var connection = await provider.ConnectAsync(AmqpRole.Consume);

        await provider.DisposeAsync();
        await provider.DisposeAsync();

        Assert.False(connection.IsOpen);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => provider.ConnectAsync(AmqpRole.Consume));
    }

    [Fact]
    public async Task A_blocked_connection_backpressures_and_nothing_times_out()
    {
        await using var server = await RabbitMqServer.StartAsync();
        await using var provider = new AmqpConnectionProvider(AmqpConnectionSettings.FromUri(server.Uri.ToString()));
        var settings = ToQueue() with { Window = 50, ConfirmTimeout = TimeSpan.FromSeconds(5) };
        var taken = 0;
        var outcomes = Akka.Streams.Dsl.Source.From(Enumerable.Range(0, 100_000))
            .Throttle(1000, TimeSpan.FromSeconds(1), 100, Akka.Streams.ThrottleMode.Shaping)
            .Select(i => (Text($"{i}"), Interlocked.Increment(ref taken)))
            .Via(AmqpFlow.WithConfirms<int>(provider, settings))
            .RunWith(this.SinkProbe<(PublishOutcome Outcome, int Context)>(), Materializer);
        outcomes.Request(100_000);
        Assert.True(outcomes.ExpectNext().Outcome.IsConfirmed);

        await server.RunCtlAsync("eval", "rabbit_alarm:set_alarm({{resource_limit, disk, node()}, []}).");
        await Eventually(() => Task.FromResult(provider.State(AmqpRole.Publish)), state => state.IsBlocked);
        Assert.NotNull(provider.State(AmqpRole.Publish).BlockedReason);
        Assert.False(provider.State(AmqpRole.Consume).IsBlocked);
        await Task.Delay(100);
        var whenBlocked = Volatile.Read(ref taken);
        // Far longer than a confirm may take.
        await Task.Delay(6000);
        Assert.InRange(Volatile.Read(ref taken), whenBlocked, whenBlocked + 1);

        await server.RunCtlAsync("eval", "rabbit_alarm:clear_alarm({resource_limit, disk, node()}).");
        for (var i = 2; i <= whenBlocked + 200; i++)
        {
            var (outcome, context) = outcomes.ExpectNext();
            Assert.True(outcome.IsConfirmed, $"{context}: {outcome}");
            Assert.Equal(i, context);
        }
        outcomes.Cancel();
    }
}
