namespace FhirGateway.Normalization.Adt;

/// <summary>What one feed's messages do not say of themselves.</summary>
public sealed record AdtFeedSettings
{
    public const string DefaultZone = "America/New_York";

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
}
