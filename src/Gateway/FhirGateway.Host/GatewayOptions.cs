using System.ComponentModel.DataAnnotations;
using FhirGateway.FeedHealth;
using FhirGateway.Host.Security;

namespace FhirGateway.Host;

/// <summary>The configuration of one gateway: section <c>Gateway</c> of appsettings.json, environment <c>Gateway__…</c>. Bound once, checked as a whole.</summary>
public sealed class GatewayOptions
{
    public const string Section = "Gateway";

    /// <summary>Where everything is kept; made at the first start, for its owner only.</summary>
    [Required]
    public string DataDirectory { get; set; } = "data";

    public HttpSettings Http { get; set; } = new();
    public MllpSettings Mllp { get; set; } = new();
    public AuditSettings Audit { get; set; } = new();
    public FeedSettings Feeds { get; set; } = new();
    public OtlpSettings Otlp { get; set; } = new();
    public PackageSettings Packages { get; set; } = new();

    /// <summary>The external issuer of access tokens, from section <c>AzureAd</c> beside this one.</summary>
    public ExternalIssuerOptions AzureAd { get; set; } = new();

    /// <summary>The API.</summary>
    public sealed class HttpSettings
    {
        /// <summary>HOST:PORT; port 0 takes a free one.</summary>
        [Required]
        public string Address { get; set; } = "127.0.0.1:8080";

        /// <summary>Root URL under which clients reach the API, as their assertions name it. Needed beyond loopback.</summary>
        public string? PublicUrl { get; set; }

        /// <summary>Plain HTTP beyond loopback: only behind something that ends TLS on a network nobody else is on.</summary>
        public bool AllowInsecureBind { get; set; }

        /// <summary>Longest upload of NDJSON, in bytes as sent.</summary>
        [Range(1024, 1L << 42)]
        public long MostUploadBytes { get; set; } = 16L << 30;

        /// <summary>Longest body of messages, HL7v2 or FHIR, in bytes.</summary>
        [Range(1024, 1L << 28)]
        public long MostMessageBytes { get; set; } = 16L << 20;

        /// <summary>Uploads in parts that a source may have open at a time.</summary>
        [Range(1, 1000)]
        public int MostOpenUploads { get; set; } = 32;

        /// <summary>Longest roster, panel or opt-out file, in bytes.</summary>
        [Range(1024, 1L << 31)]
        public long MostTableBytes { get; set; } = 256L << 20;
    }

    /// <summary>The HL7v2 listener.</summary>
    public sealed class MllpSettings
    {
        /// <summary>HOST:PORT; port 0 takes a free one.</summary>
        [Required]
        public string Address { get; set; } = "127.0.0.1:2575";

        /// <summary>HOST:PORT of the listener with TLS; null: there is none.</summary>
        public string? TlsAddress { get; set; }

        /// <summary>Its certificate: PEM with intermediates, or PKCS #12.</summary>
        public string? CertificateFile { get; set; }

        /// <summary>PEM of its private key; null where the certificate's file holds it.</summary>
        public string? KeyFile { get; set; }

        /// <summary>File with the password of the key or of the PKCS #12 file.</summary>
        public string? PasswordFile { get; set; }

        /// <summary>PEM of the authorities that sign senders' certificates; null: only certificates and keys that a source is set to.</summary>
        public string? ClientCaFile { get; set; }

        /// <summary>Connections at a time, for each of the two listeners.</summary>
        [Range(1, 100_000)]
        public int MostConnections { get; set; } = 1000;

        /// <summary>The same from one address.</summary>
        [Range(1, 100_000)]
        public int MostConnectionsPerAddress { get; set; } = 100;
    }

    /// <summary>The audit log.</summary>
    public sealed class AuditSettings
    {
        /// <summary>Where signed checkpoints are appended; best on a disk that the gateway's operator cannot write. Null: DIR/checkpoints.</summary>
        public string? CheckpointPath { get; set; }
    }

    /// <summary>The watching of feeds.</summary>
    public sealed class FeedSettings
    {
        /// <summary>Days of listening before the first alert of a feed.</summary>
        [Range(7, 60)]
        public int LearnDays { get; set; } = 14;

        /// <summary>No shorter silence is told, whatever was learned.</summary>
        [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
        public TimeSpan LeastSilence { get; set; } = TimeSpan.FromMinutes(10);

        public FeedRules Rules => new() { LearnDays = LearnDays, LeastSilence = LeastSilence };
    }

    /// <summary>Traces and metrics.</summary>
    public sealed class OtlpSettings
    {
        /// <summary>URL of an OTLP collector (gRPC, usually port 4317); null: nothing is sent.</summary>
        public string? Endpoint { get; set; }
    }

    /// <summary>Where FHIR packages come from that are added by name.</summary>
    public sealed class PackageSettings
    {
        /// <summary>Root URL of a FHIR package registry; null: none is asked.</summary>
        public string? Registry { get; set; }

        /// <summary>Further origins that the registry may lead to, separated by commas; the only way to loopback and to plain HTTP on it.</summary>
        public string? AllowedOrigins { get; set; }

        /// <summary>The package cache that FHIR tools share; null: .fhir/packages in the user's home.</summary>
        public string? CacheFolder { get; set; }
    }
}
