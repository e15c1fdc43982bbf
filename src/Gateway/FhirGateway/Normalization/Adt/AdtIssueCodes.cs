namespace FhirGateway.Normalization.Adt;

/// <summary>What can be wrong with one field.</summary>
public static class AdtIssueCodes
{
    /// <summary>Not a date, or an impossible one: dropped.</summary>
    public const string InvalidDate = "invalid-date";

    /// <summary>No time of the event could be read: the time of arrival stands for it.</summary>
    public const string TimeOfArrival = "time-of-arrival";

    /// <summary>In no table: kept as a local code.</summary>
    public const string UnmappedCode = "unmapped-code";

    /// <summary>An identifier that cannot be one (a placeholder SSN): dropped.</summary>
    public const string InvalidIdentifier = "invalid-identifier";

    /// <summary>MSH-18 is unknown or contradicts the bytes.</summary>
    public const string DoubtfulCharset = "doubtful-charset";

    /// <summary>Bytes that could not be read became U+FFFD.</summary>
    public const string UnreadableCharacters = "unreadable-characters";

    /// <summary>What FHIR requires of the resource was not sent: the resource was left out.</summary>
    public const string Incomplete = "incomplete";

    /// <summary>The visit had to be identified by something weaker than PV1-19.</summary>
    public const string WeakVisitKey = "weak-visit-key";

    /// <summary>Not a number where the type says number: kept as text.</summary>
    public const string InvalidNumber = "invalid-number";

    /// <summary>A value of a type that the resource cannot hold: dropped.</summary>
    public const string UnsupportedValue = "unsupported-value";

    /// <summary>More repetitions than are taken: the rest was dropped.</summary>
    public const string TooMany = "too-many";
}
