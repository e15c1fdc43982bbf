using System.Collections.Immutable;

namespace FhirGateway.Organizations;

/// <summary>How the messages of a source come in: by which certificates it is known, how its bytes are read, how it is answered.</summary>
public sealed record MessageFeed
{
    /// <summary>The certificates with which it may connect over TLS, as <see cref="CertificateName"/> writes them. One belongs to one source.</summary>
    public ImmutableArray<string> Certificates { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>The character set of its messages whatever MSH-18 says; null to go by the message.</summary>
    public string? Charset { get; init; }

    /// <summary>The character set of what names none and is not UTF-8; null for windows-1252.</summary>
    public string? FallbackCharset { get; init; }

    /// <summary>Whether a known MSH-10 over other bytes is an error (AE, code 205) instead of a new message.</summary>
    public bool RefusesChangedRepeats { get; init; }

    public bool Equals(MessageFeed? other) =>
        other is not null && Certificates.SequenceEqual(other.Certificates, StringComparer.Ordinal) && Charset == other.Charset
        && FallbackCharset == other.FallbackCharset && RefusesChangedRepeats == other.RefusesChangedRepeats;

    public override int GetHashCode() => HashCode.Combine(Certificates.Length, Charset, FallbackCharset, RefusesChangedRepeats);
}
