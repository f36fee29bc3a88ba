using static ActorCron.Node.Tests.Configuration.ConfigFolder;

namespace ActorCron.Node.Tests.Configuration;

public sealed class RefusalTests : IDisposable
{
    private readonly ConfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("actorcron.htp.port = 1", "actorcron.htp: is no known key; the nearest is actorcron.http")]
    [InlineData("actorcron { broker.rabbitmq.prefech = 1 }", "the nearest is actorcron.broker.rabbitmq.prefetch")]
    [InlineData("actorcron.queues.reports.maxconcurrency = 1", "the nearest is actorcron.queues.reports.max-concurrency")]
    [InlineData("actorcron.scheduler.catch-up { }", "is no known key")]
    [InlineData("http.port = 1", "http: stands outside actorcron { }")]
    // Values of the wrong kind or beyond their bound name key, value, bound and line.
    [InlineData("actorcron.http.port = 65536", "c.conf:1: actorcron.http.port: '65536' must be a whole number from 0 to 65535")]
    [InlineData("actorcron.http.port = \"\"", "actorcron.http.port: '' must be a whole number")]
    [InlineData("actorcron.http.port = null", "actorcron.http.port: is missing")]
    [InlineData("actorcron.http = 1", "actorcron.http.port: is missing")]
    [InlineData("actorcron.http.port = [1]", "must be a single value, not a list")]
    [InlineData("actorcron.node.drain-timeout = 30", "'30' must be a duration")]
    [InlineData("actorcron.node.drain-timeout = -1s", "'-1s' must be a duration")]
    [InlineData("actorcron.jobs.shell.enabled = maybe", "'maybe' must be on or off")]
    [InlineData("actorcron.store.kind = oracle", "'oracle' must be one of sqlite, mongodb, postgresql")]
    [InlineData("actorcron.node.roles = [boss]", "'boss' must be scheduler or worker")]
    [InlineData("actorcron.worker.queues = [\"a b\"]", "'a b' holds ' '; allowed are")]
    [InlineData("actorcron.worker.queues = []", "must name at least one queue")]
    [InlineData("actorcron.worker.queues = [{ }]", "must be a list of words, not of sections or lists")]
    [InlineData("actorcron.queues { \"a b\" { } }", "holds ' '; allowed are")]
    [InlineData("actorcron.queues.q = 1", "must be a section with external, max-concurrency, rate")]
    [InlineData("actorcron.queues.q.rate = 100", "'100' must be runs a second")]
    [InlineData("actorcron.queues.q.rate = 0/s", "'0/s' must be runs a second")]
    [InlineData("actorcron.queues.default.external = on", "'default' is marked external, so no worker may serve it")]
    [InlineData("actorcron.scheduler.default-time-zone = Europe/Atlantis", "'Europe/Atlantis' must be an IANA time zone")]
    [InlineData("actorcron.http.bind = example", "'example' must be an IP address")]
    [InlineData("actorcron.broker.rabbitmq.tls.ca = /no/such.pem", "the file '/no/such.pem' does not exist")]
    [InlineData("actorcron.broker.rabbitmq.delivery-mode = 3", "from 1 to 2")]
    [InlineData("actorcron.broker.rabbitmq.exchange = amq.direct", "not starting with amq.")]
    // Combinations that would lose data or open the node.
    [InlineData("actorcron.http.bind = 0.0.0.0", "lets other machines in, so actorcron.http.token must be set")]
    [InlineData("actorcron.http.bind = \"*\"", "lets other machines in")]
    [InlineData("actorcron.http.bind = \"::\"", "lets other machines in")]
    [InlineData("akka.cluster.seed-nodes = [\"akka.tcp://ActorCron@b:1\"]", "is another node, and the sqlite store is for one node only")]
    [InlineData("actorcron.store { kind = mongodb, connection-string = \"mongodb://m/d\" }, akka.cluster.seed-nodes = [\"akka.tcp://ActorCron@b:1\"]", "the embedded broker is for one node only")]
    [InlineData("akka.cluster.seed-nodes = [\"akka.tcp://Other@b:1\"]", "must carry the system name ActorCron")]
    [InlineData("akka.cluster.seed-nodes = [\"b:1\"]", "is another node, and the sqlite store is for one node only")]
    [InlineData("akka.cluster.seed-nodes = [\"b\"]", "'b' must be host:port")]
    [InlineData("akka.cluster.seed-nodes = [\"b:0\"]", "'b:0' must be host:port")]
    [InlineData("akka.cluster.seed-nodes = [\"b:70000\"]", "'b:70000' must be host:port")]
    [InlineData("akka.cluster.seed-nodes = [\"http://b:1\"]", "'http://b:1' must be host:port")]
    [InlineData("actorcron.broker.rabbitmq.uri = \"amqp://h:5672//\"", "actorcron.broker.rabbitmq.uri: Not an AMQP address: it has more than one / after the host")]
    [InlineData("actorcron.broker.rabbitmq.uri = \"amqp://h/a/b\"", "it has more than one / after the host")]
    [InlineData("actorcron.broker.rabbitmq.uri = \"amqp://guest@host/\"", "it has a user but no password")]
    [InlineData("actorcron.broker.rabbitmq.uri = \"amqp://h:5672/?heartbit=5\"", "it takes the parameters heartbeat (seconds), connection_timeout (milliseconds) and channel_max, not heartbit")]
    [InlineData("actorcron.broker.rabbitmq.uri = \"amqp://h:5672/?heartbeat=x\"", "its parameter heartbeat must be a whole number from 1 to 65535")]
    [InlineData("actorcron.broker.rabbitmq.uri = \"amqp://h:port/\"", "a port is not a number")]
    [InlineData("actorcron.broker.rabbitmq { tls { enabled = on, ca = \"/etc/passwd\" } }", "actorcron.broker.rabbitmq.tls.ca: the file '/etc/passwd' holds no certificate in PEM")]
    [InlineData("actorcron.broker.rabbitmq { tls { enabled = on, cert = \"/etc/passwd\", key = \"/etc/passwd\" } }", "actorcron.broker.rabbitmq.tls: ca, cert or key cannot be used")]
    [InlineData("actorcron.node.roles = [worker]", "must include scheduler")]
    [InlineData("akka.remote.dot-netty.tcp.hostname = 0.0.0.0", "is no address that other nodes can use")]
    [InlineData("akka.remote.dot-netty.tcp.port = 99999", "from 0 to 65535")]
    [InlineData("actorcron.store.connection-string = \"Data Source=x\"", "must be empty for sqlite")]
    public void What_is_wrong_is_named_with_its_line(string text, string expected)
    {
        var file = _folder.Write("c.conf", text);

        var problems = Problems([file]);

        Assert.Contains(problems, problem => problem.Contains(expected) && (problem.Contains("c.conf:1") || !problem.Contains(".conf")));
    }

    [Fact]
    public void An_exchange_leaves_room_for_the_longest_queue_name_behind_it()
    {
        Assert.Equal(154, Load(set: [$"broker.rabbitmq.exchange={new string('x', 154)}"]).Settings.Broker.RabbitMq.Exchange.Length);
        Assert.Contains(Problems(set: [$"broker.rabbitmq.exchange={new string('x', 155)}"]), problem => problem.Contains("has 155 characters; at most 154 are allowed") && problem.Contains("255 bytes"));
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        var file = _folder.Write("c.conf", "actorcron {\n  http.port = x\n  worker.concurrency = 0\n  stor.kind = sqlite\n}");

        var problems = Problems([file, "/no/such.conf"], new() { ["ACTORCRON_RETENTION_RUNS"] = "soon" }, ["http.prt=1", "novalue", "x.y=1", "a..b=1"]);

        Assert.Contains(problems, problem => problem.Contains("c.conf:2: actorcron.http.port"));
        Assert.Contains(problems, problem => problem.Contains("c.conf:3: actorcron.worker.concurrency"));
        Assert.Contains(problems, problem => problem.Contains("c.conf:4: actorcron.stor.kind") || problem.Contains("c.conf:4: actorcron.stor:"));
        Assert.Contains(problems, problem => problem.Contains("/no/such.conf: the file does not exist"));
        Assert.Contains(problems, problem => problem.Contains("environment variable ACTORCRON_RETENTION_RUNS: actorcron.retention.runs: 'soon'"));
        Assert.Contains(problems, problem => problem.Contains("--set http.prt: actorcron.http.prt: is no known key; the nearest is actorcron.http.port"));
        Assert.Contains(problems, problem => problem.Contains("must be KEY=VALUE"));
        Assert.Contains(problems, problem => problem.Contains("--set x.y: is no known key"));
        Assert.Contains(problems, problem => problem.Contains("--set a..b: an empty part"));
    }

    [Theory]
    [InlineData("mongodb", "http://wrong")]
    [InlineData("mongodb", "mongodb://u:hunter2@host")]
    [InlineData("postgresql", "Host=h;Password=hunter2;Nonsense=1")]
    [InlineData("postgresql", "Password=hunter2")]
    [InlineData("sqlite", "Password=hunter2")]
    public void A_wrong_connection_string_is_refused_without_repeating_it(string kind, string text)
    {
        var problems = Problems(set: [$"store.kind={kind}", $"store.connection-string={text}"]);

        Assert.Contains(problems, problem => problem.Contains("actorcron.store.connection-string"));
        Assert.DoesNotContain(problems, problem => problem.Contains("hunter2") || problem.Contains("wrong"));
    }

    [Fact]
    public void Secrets_are_in_no_text_form()
    {
        var configuration = Load(set:
        [
            "http.token=hunter2-hunter2-hunter2", "store.kind=postgresql", "store.connection-string=Host=h;Database=d;Password=hunter2",
            "broker.kind=rabbitmq", "broker.rabbitmq.uri=amqp://guest:hunter2@host:5672/v", "jobs.shell.env.KEY=hunter2",
        ]);

        Assert.DoesNotContain("hunter2", configuration.Settings.ToString());
        Assert.DoesNotContain("hunter2", configuration.ToString());
        Assert.Equal("amqp://guest:***@host:5672/v", configuration.Settings.Broker.RabbitMq.SafeUri);
    }

    [Fact]
    public void A_wrong_uri_or_token_is_refused_without_repeating_it()
    {
        var problems = Problems(set: ["broker.rabbitmq.uri=http://u:hunter2@h", "http.token=hunter2 with spaces"]);

        Assert.Equal(2, problems.Length);
        Assert.DoesNotContain(problems, problem => problem.Contains("hunter2"));
    }
}
