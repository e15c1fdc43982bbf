using System.Collections.Immutable;

namespace FhirGateway.Organizations;

/// <summary>How a source's HL7v2 messages come in, and what they do not say of themselves.</summary>
public sealed record MessageFeed
{
    /// <summary>The certificates with which it may connect over TLS, as <see cref="CertificateName"/> writes them. One belongs to one source.</summary>
    public ImmutableArray<string> Certificates { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>Whether a known MSH-10 over other bytes is an error (AE, code 205) instead of a new message.</summary>
    public bool RefusesChangedRepeats { get; init; }

    /// <summary>Assigning authority (CX.4.1 or CX.4.2) whose PID-3 repetition names the patient; null: the first MR, else the first by sort.</summary>
    public string? PatientAuthority { get; init; }

    /// <summary>Character set over MSH-18; null to go by the message.</summary>
    public string? Charset { get; init; }

    /// <summary>Character set of bytes that are not UTF-8 where MSH-18 names none; null for windows-1252.</summary>
    public string? FallbackCharset { get; init; }
    public ImmutableArray<AuthoritySystem> AuthoritySystems { get => field.IsDefault ? [] : field; init; } = [];
    public ImmutableArray<FacilityNpi> FacilityNpis { get => field.IsDefault ? [] : field; init; } = [];
    public ImmutableArray<FeedTable> Tables { get => field.IsDefault ? [] : field; init; } = [];
}
