using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorCron.Tests.Fixtures;

namespace ActorCron.Streams.Amqp.Tests;

public class TlsTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("amqp-tls-").FullName;
    private RabbitMqServer _server = null!;
    private int _tlsPort;

    public async Task InitializeAsync()
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=test root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var root = rootRequest.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        Write("root.pem", root.ExportCertificatePem());
        Issue("broker", root, names => names.AddDnsName("localhost"));
        Issue("client", root, names => names.AddDnsName("client"));
        Write("unrelated.pem", new CertificateRequest("CN=unrelated", ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2)).ExportCertificatePem());

        _tlsPort = FreePort.Next();
        _server = await RabbitMqServer.StartAsync(
            $"listeners.ssl.1 = 127.0.0.1:{_tlsPort}",
            $"ssl_options.cacertfile = {At("root.pem")}",
            $"ssl_options.certfile = {At("broker.pem")}",
            $"ssl_options.keyfile = {At("broker.key")}",
            "ssl_options.verify = verify_peer",
            "ssl_options.fail_if_no_peer_cert = true");
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_broker_is_trusted_by_its_root_and_name_and_only_so()
    {
        var good = AmqpTls.FromPemFiles(At("root.pem"), At("client.pem"), At("client.key"));
        await Connect(good, "localhost");
        await Connect(good with { ServerName = "localhost" }, "127.0.0.1");

        await Refused(good, "127.0.0.1");
        await Refused(good with { ServerName = "elsewhere" }, "localhost");
        await Refused(good with { TrustedRoots = [] }, "localhost");
        await Refused(good with { TrustedRoots = AmqpTls.FromPemFiles(At("unrelated.pem")).TrustedRoots }, "localhost");
        await Refused(good with { ClientCertificate = null }, "localhost");
    }

    private async Task Connect(AmqpTls tls, string host)
    {
        await using var provider = new AmqpConnectionProvider(new AmqpConnectionSettings { Hosts = [new AmqpHost(host, _tlsPort)], Tls = tls });
        await provider.ConnectAsync(AmqpRole.Consume);
        await provider.DeclareAsync([new QueueDeclaration("over-tls")]);
    }

    private async Task Refused(AmqpTls tls, string host) => await Assert.ThrowsAsync<AmqpConnectionException>(() => Connect(tls, host));

    private void Issue(string name, X509Certificate2 root, Action<SubjectAlternativeNameBuilder> names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var alternative = new SubjectAlternativeNameBuilder();
        names(alternative);
        request.CertificateExtensions.Add(alternative.Build());
        using var certificate = request.Create(root, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), [1, 2, 3, (byte)name.Length]);
        Write($"{name}.pem", certificate.ExportCertificatePem());
        Write($"{name}.key", key.ExportPkcs8PrivateKeyPem());
    }

    private void Write(string name, string text) => File.WriteAllText(At(name), text);

    private string At(string name) => Path.Combine(_folder, name);
}
