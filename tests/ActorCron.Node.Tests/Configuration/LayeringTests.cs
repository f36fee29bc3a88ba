using ActorCron.Hosting.Configuration;
using static ActorCron.Node.Tests.Configuration.ConfigFolder;

namespace ActorCron.Node.Tests.Configuration;

public sealed class LayeringTests : IDisposable
{
    private readonly ConfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_anything_the_node_is_embedded_and_on_loopback()
    {
        var settings = Load().Settings;

        Assert.Equal(["scheduler", "worker"], settings.Roles.ToArray());
        Assert.Equal(("127.0.0.1", 9110, ""), (settings.Http.Bind, settings.Http.Port, settings.Http.Token));
        Assert.Equal((StoreKind.Sqlite, BrokerKind.Embedded), (settings.Store.Kind, settings.Broker.Kind));
        Assert.Equal(Path.GetFullPath("data"), settings.DataDir);
        Assert.False(settings.Jobs.Shell.Enabled);
        Assert.Equal(TimeSpan.FromSeconds(30), settings.DrainTimeout);
        Assert.Equal(TimeSpan.FromDays(30), settings.Retention.Runs);
        Assert.Equal(["default"], settings.Worker.Queues.ToArray());
        Assert.Equal(TimeSpan.FromMinutes(10), settings.Scheduler.DefaultCatchUp.Window);
    }

    [Fact]
    public void Later_layers_win_and_leave_the_rest_alone()
    {
        var first = _folder.Write("first.conf", "actorcron { http { port = 1, bind = \"127.0.0.2\" }, worker.concurrency = 1, retention.runs = 1d, jobs.shell.enabled = on }");
        var second = _folder.Write("second.conf", "actorcron.http.port = 2\nactorcron.worker.concurrency = 2\nactorcron.retention.runs = 2d");

        var settings = Load([first, second],
            new() { ["ACTORCRON_WORKER_CONCURRENCY"] = "3", ["ACTORCRON_RETENTION_RUNS"] = "3d" },
            ["retention.runs=4d"]).Settings;

        Assert.Equal(("127.0.0.2", 2), (settings.Http.Bind, settings.Http.Port));
        Assert.Equal(3, settings.Worker.Concurrency);
        Assert.Equal(TimeSpan.FromDays(4), settings.Retention.Runs);
        Assert.True(settings.Jobs.Shell.Enabled);
    }

    [Theory]
    [InlineData("worker.queues=a,b")]
    [InlineData("actorcron.worker.queues=a, b")]
    [InlineData("worker.queues=[a, b]")]
    public void Lists_are_comma_separated_in_settings(string setting) =>
        Assert.Equal(["a", "b"], Load(set: [setting]).Settings.Worker.Queues.ToArray());

    [Fact]
    public void The_environment_reaches_every_key_by_its_own_name()
    {
        var settings = Load(environment: new()
        {
            ["ACTORCRON_BROKER_RABBITMQ_URI"] = "amqp://u:p@broker:5673/v",
            ["ACTORCRON_WORKER_QUEUES"] = "a,b",
            ["ACTORCRON_SCHEDULER_DEFAULT_CATCH_UP_POLICY"] = "latest",
            ["ACTORCRON_JOBS_SHELL_ENABLED"] = "true",
            ["ACTORCRON_NODE_DATA_DIR"] = "/elsewhere",
            ["ACTORCRON_HTTP_TOKEN"] = "",
        }).Settings;

        Assert.Equal("amqp://broker:5673/v", settings.Broker.RabbitMq.Connection.ToString());
        Assert.Equal(["a", "b"], settings.Worker.Queues.ToArray());
        Assert.Equal(Core.Schedules.CatchUpPolicy.Latest, settings.Scheduler.DefaultCatchUp.Policy);
        Assert.True(settings.Jobs.Shell.Enabled);
        Assert.Equal("/elsewhere", settings.DataDir);
        Assert.False(settings.Http.HasToken);
    }

    [Fact]
    public void The_cluster_has_three_variables_of_its_own()
    {
        var configuration = Load(environment: new()
        {
            ["ACTORCRON_SEED_NODES"] = "akka.tcp://ActorCron@a:1,akka.tcp://ActorCron@b:2",
            ["ACTORCRON_HOSTNAME"] = "a",
            ["ACTORCRON_PORT"] = "1",
            ["ACTORCRON_STORE_KIND"] = "mongodb",
            ["ACTORCRON_STORE_CONNECTION_STRING"] = "mongodb://m/actorcron",
            ["ACTORCRON_BROKER_KIND"] = "rabbitmq",
        });

        Assert.Equal(["akka.tcp://ActorCron@a:1", "akka.tcp://ActorCron@b:2"], configuration.Akka.GetStringList("akka.cluster.seed-nodes"));
        Assert.Equal("a", configuration.Akka.GetString("akka.remote.dot-netty.tcp.hostname"));
        Assert.Equal(1, configuration.Akka.GetInt("akka.remote.dot-netty.tcp.port"));
        Assert.Equal(("a", 1), (configuration.Settings.Cluster.Hostname, configuration.Settings.Cluster.Port));
    }

    [Theory]
    [InlineData("b:4053", "akka.tcp://ActorCron@b:4053")]
    [InlineData("10.0.0.7:4053,akka.tcp://ActorCron@c:1", "akka.tcp://ActorCron@10.0.0.7:4053", "akka.tcp://ActorCron@c:1")]
    public void Seed_nodes_may_be_given_as_host_and_port(string text, params string[] addresses)
    {
        string[] shared = ["store.kind=mongodb", "store.connection-string=mongodb://m/d", "broker.kind=rabbitmq"];

        var byVariable = Load(environment: new() { ["ACTORCRON_SEED_NODES"] = text }, set: shared);
        var bySetting = Load(set: [$"akka.cluster.seed-nodes={text}", .. shared]);

        Assert.Equal(addresses, byVariable.Settings.Cluster.SeedNodes);
        Assert.Equal(addresses, byVariable.Akka.GetStringList("akka.cluster.seed-nodes"));
        Assert.Equal(addresses, bySetting.Settings.Cluster.SeedNodes);
    }

    [Fact]
    public void An_address_of_RabbitMQ_has_its_usual_parameters_and_several_hosts()
    {
        var connection = Load(set: ["broker.rabbitmq.uri=amqps://u:p@a,b:5673/v?heartbeat=5&connection_timeout=2500&channel_max=128"]).Settings.Broker.RabbitMq.Connection;

        Assert.Equal("amqps://a:5671,b:5673/v", connection.ToString());
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(2500), (ushort?)128), (connection.Heartbeat, connection.ConnectTimeout, connection.ChannelMax));
        Assert.NotNull(connection.Tls);
    }

    [Fact]
    public void Akka_reads_our_defaults_as_they_are_meant()
    {
        var akka = Load(set: ["node.drain-timeout=2m"]).Akka;

        Assert.Equal("cluster", akka.GetString("akka.actor.provider"));
        Assert.Equal(4 * 1024 * 1024, akka.GetByteSize("akka.remote.dot-netty.tcp.maximum-frame-size"));
        Assert.Equal(TimeSpan.FromSeconds(5), akka.GetTimeSpan("akka.cluster.split-brain-resolver.stable-after"));
        Assert.Equal(["scheduler", "worker"], akka.GetStringList("akka.cluster.roles"));
        Assert.Empty(akka.GetStringList("akka.cluster.sharding.distributed-data.durable.keys"));
        Assert.Equal(1.0, akka.GetDouble("akka.cluster.sharding.least-shard-allocation-strategy.rebalance-relative-limit"));
        Assert.Equal(TimeSpan.FromSeconds(160), akka.GetTimeSpan("akka.coordinated-shutdown.phases.service-requests-done.timeout"));
        Assert.False(akka.GetBoolean("akka.coordinated-shutdown.exit-clr", true));
    }

    [Fact]
    public void Quotes_backslashes_and_line_ends_reach_Akka_unchanged()
    {
        const string value = "a\"b\\c\nd\te";
        var file = _folder.Write("odd.conf", "akka { \"key.with.dots\" = \"a\\\"b\\\\c\\nd\\te\", other = \"#no { comment }\" }");

        var akka = Load([file]).Akka.GetConfig("akka");

        Assert.Equal(value, akka.Root.GetObject().GetKey("key.with.dots").GetString());
        Assert.Equal("#no { comment }", akka.GetString("other"));
    }

    [Fact]
    public void Queues_are_named_freely()
    {
        var file = _folder.Write("queues.conf", "actorcron.queues { reports { external = true, max-concurrency = 4, rate = \"100/m\" }, \"a.b\" { rate = 5/s } }");

        var settings = Load([file], set: ["queues.mail.max-concurrency=2"]).Settings;

        Assert.Equal(new QueueSettings(true, 4, new QueueRate(100, TimeSpan.FromMinutes(1))), settings.Queue("reports"));
        Assert.Equal(new QueueRate(5, TimeSpan.FromSeconds(1)), settings.Queue("a.b").Rate);
        Assert.Equal(2, settings.Queue("mail").MaxConcurrency);
        Assert.Equal(QueueSettings.Default, settings.Queue("never-mentioned"));
    }

    [Fact]
    public void Shell_jobs_get_freely_named_variables()
    {
        var file = _folder.Write("env.conf", "actorcron.jobs.shell.env { PATH = \"/bin\", \"X.Y\" = 1 }");

        Assert.Equal([new("PATH", "/bin"), new("X.Y", "1")], Load([file]).Settings.Jobs.Shell.Env);
    }

    [Fact]
    public void A_PostgreSQL_uri_is_taken_for_its_key_value_form()
    {
        var settings = Load(set: ["store.kind=postgresql", "store.connection-string=postgresql://me:s%20t@db:5433/cron?sslmode=disable&application_name=my-app", "broker.kind=rabbitmq"]).Settings;

        var builder = new Npgsql.NpgsqlConnectionStringBuilder(settings.Store.ConnectionString);
        Assert.Equal(("db", 5433, "cron", "me", "s t", "my-app"), (builder.Host, builder.Port, builder.Database, builder.Username, builder.Password, builder.ApplicationName));
    }

    [Theory]
    [InlineData("embedded.conf")]
    [InlineData("cluster.conf")]
    [InlineData("worker.conf")]
    [InlineData("scheduler.conf")]
    public void The_ready_files_are_accepted(string file) => Load([Path.Combine(Repository.Root, "hocon", file)]);

    [Fact]
    public void A_single_node_may_name_itself_as_seed()
    {
        var settings = Load(set: ["akka.cluster.seed-nodes=akka.tcp://ActorCron@127.0.0.1:4053", "akka.remote.dot-netty.tcp.port=4053"]).Settings;

        Assert.Single(settings.Cluster.SeedNodes);
    }

    [Fact]
    public void A_shared_store_without_seed_nodes_draws_a_notice()
    {
        var notices = Load(set: ["store.kind=mongodb", "store.connection-string=mongodb://m/d", "broker.kind=rabbitmq"]).Notices;

        Assert.Contains("a cluster of its own", Assert.Single(notices).ToString());
    }

    [Theory]
    // Kubernetes makes this variable for a service named actorcron.
    [InlineData("ACTORCRON_PORT", "tcp://10.0.0.1:9110", "Kubernetes")]
    // A slip of the pen that would otherwise change nothing without a word.
    [InlineData("ACTORCRON_BROKER_RABITMQ_URI", "amqp://x", "nearest is ACTORCRON_BROKER_RABBITMQ_URI")]
    [InlineData("ACTORCRON_TOKEN", "x", "nearest is ACTORCRON_HTTP_TOKEN")]
    [InlineData("ACTORCRON_BROKER_URI", "x", "nearest is ACTORCRON_BROKER_RABBITMQ_URI")]
    [InlineData("ACTORCRON_RABBITMQ_URL", "x", "nearest is ACTORCRON_BROKER_RABBITMQ_URI")]
    [InlineData("ACTORCRON_BIND", "x", "nearest is ACTORCRON_HTTP_BIND")]
    [InlineData("ACTORCRON_DATA_DIR", "x", "nearest is ACTORCRON_NODE_DATA_DIR")]
    [InlineData("ACTORCRON_QUEUES", "x", "nearest is ACTORCRON_WORKER_QUEUES")]
    [InlineData("ACTORCRON_CONNECTION_STRING", "x", "nearest is ACTORCRON_STORE_CONNECTION_STRING")]
    [InlineData("ACTORCRON_HTTPTOKEN", "x", "nearest is ACTORCRON_HTTP_TOKEN")]
    [InlineData("ACTORCRON_HTTP_PROT", "x", "nearest is ACTORCRON_HTTP_PORT")]
    [InlineData("ACTORCRON_SEEDS", "x", "nearest is ACTORCRON_SEED_NODES")]
    [InlineData("ACTORCRON_SOMETHING_ELSE", "x", "hocon/reference.conf lists the keys")]
    public void A_variable_that_changes_nothing_is_mentioned(string name, string value, string mentioned)
    {
        var notice = Assert.Single(Load(environment: new() { [name] = value }).Notices);

        Assert.Contains(mentioned, notice.ToString());
    }
}
