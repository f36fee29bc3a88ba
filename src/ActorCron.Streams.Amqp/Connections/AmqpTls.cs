using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using RabbitMQ.Client;

namespace ActorCron.Streams.Amqp;

/// <summary>
/// TLS to the broker. The broker's certificate is always checked, its name included; there is no way to switch that off.
/// A self-signed broker is trusted by naming its certificate in <see cref="TrustedRoots"/>.
/// </summary>
public sealed record AmqpTls
{
    /// <summary>Name that the broker's certificate must carry; null means the name of the host connected to.</summary>
    public string? ServerName { get; init; }

    /// <summary>Certificates to trust instead of the system's authorities; empty means the system's.</summary>
    public IReadOnlyList<X509Certificate2> TrustedRoots { get; init; } = [];

    /// <summary>Certificate with its private key that the client shows, for brokers that ask for one.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Reads PEM files: the authorities to trust, and the client's certificate with its key; each may be null.</summary>
    /// <exception cref="ArgumentException">A key without its certificate.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A file is not PEM.</exception>
    public static AmqpTls FromPemFiles(string? trustedRoots = null, string? certificate = null, string? key = null)
    {
        if (certificate is null && key is not null)
            throw new ArgumentException("A client key needs its certificate.", nameof(certificate));

        var roots = new X509Certificate2Collection();
        if (trustedRoots is not null) roots.ImportFromPemFile(trustedRoots);
        return new AmqpTls
        {
            TrustedRoots = [.. roots],
            ClientCertificate = certificate is null ? null : X509Certificate2.CreateFromPemFile(certificate, key),
        };
    }

    internal SslOption ToOption(string host) => new()
    {
        Enabled = true,
        ServerName = ServerName ?? host,
        // The operating system's choice of protocol versions.
        Version = SslProtocols.None,
        Certs = ClientCertificate is null ? null : new X509CertificateCollection { ClientCertificate },
        CertificateValidationCallback = Validate,
    };

    private bool Validate(object sender, X509Certificate? certificate, X509Chain? systemChain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None) return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || TrustedRoots.Count == 0 || certificate is null) return false;

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(TrustedRoots.ToArray());
        // What the broker sent along between its own certificate and the root.
        foreach (var sent in systemChain?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            chain.ChainPolicy.ExtraStore.Add(sent.Certificate);
        using var broker = new X509Certificate2(certificate);
        return chain.Build(broker);
    }
}
