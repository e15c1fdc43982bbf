using System.Collections.Frozen;
using FhirGateway.Organizations;

namespace FhirGateway.Normalization.Adt;

/// <summary>What one feed's messages do not say of themselves.</summary>
public sealed record AdtFeedSettings
{
    public const string DefaultZone = "America/New_York";

    private static readonly FrozenDictionary<string, string> None = FrozenDictionary<string, string>.Empty;

    /// <summary>The source's id.</summary>
    public required string Source { get; init; }

    /// <summary>IANA zone of times without an offset, where MSH-7 has none either. Its rules of that date apply.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.FindSystemTimeZoneById(DefaultZone);

    /// <summary>The assigning authority (CX.4.1 or CX.4.2, case ignored) whose PID-3 repetition names the patient; null: the first MR, else the first by sort.</summary>
    public string? FacilityAuthority { get; init; }

    /// <summary>Character set over MSH-18; null to go by the message.</summary>
    public string? Charset { get; init; }

    /// <summary>Character set of bytes that are not UTF-8 where MSH-18 names none; null for windows-1252.</summary>
    public string? FallbackCharset { get; init; }

    /// <summary>The code tables, the feed's own rows included.</summary>
    public AdtTables Tables { get; init; } = AdtTables.Standard;

    /// <summary>Identifier.system by the namespace of an assigning authority that has only a name (case ignored).</summary>
    public FrozenDictionary<string, string> AuthoritySystems { get; init; } = None;

    /// <summary>NPI by sending facility (MSH-4.1, case ignored).</summary>
    public FrozenDictionary<string, string> FacilityNpis { get; init; } = None;

    public static AdtFeedSettings Of(Source source) =>
        Of(source.Id, TimeZoneInfo.FindSystemTimeZoneById(source.TimeZone), source.Feed);

    public static AdtFeedSettings Of(string source, TimeZoneInfo zone, MessageFeed feed) => new()
    {
        Source = source,
        Zone = zone,
        FacilityAuthority = feed.PatientAuthority,
        Charset = feed.Charset,
        FallbackCharset = feed.FallbackCharset,
        Tables = AdtTables.Of(feed.Tables),
        AuthoritySystems = feed.AuthoritySystems.IsEmpty ? None
            : feed.AuthoritySystems.DistinctBy(a => a.Namespace, StringComparer.OrdinalIgnoreCase).ToFrozenDictionary(a => a.Namespace, a => a.Uri, StringComparer.OrdinalIgnoreCase),
        FacilityNpis = feed.FacilityNpis.IsEmpty ? None
            : feed.FacilityNpis.ToFrozenDictionary(f => f.Facility, f => f.Npi, StringComparer.OrdinalIgnoreCase),
    };
}
