using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>
/// Canonical systems of identifiers. An assigning authority with an ISO OID is urn:oid:, with a UUID urn:uuid:, with a URI that URI;
/// one with only a name is <c>urn:fhir-gateway:authority:SOURCE:NAME</c>, since such a name means something within its source alone
/// and must never make two hospitals' numbers equal. Medicare, social security and NPI numbers take their national systems
/// if they have the form of one.
/// </summary>
internal static class IdentifierSystems
{
    public const string Mbi = "http://hl7.org/fhir/sid/us-mbi";
    public const string Ssn = "http://hl7.org/fhir/sid/us-ssn";
    public const string Npi = "http://hl7.org/fhir/sid/us-npi";
    private const string NpiOid = "2.16.840.1.113883.4.6";

    /// <summary>The system for an authority; <paramref name="facility"/> (MSH-4.1) assigns what names no authority.</summary>
    public static string OfAuthority(string source, HierarchicDesignator authority, string? facility)
    {
        var id = authority.UniversalId;
        return (id is null ? null : OfUniversalId(id, authority.UniversalIdType)) ?? OfName(source, authority.Namespace ?? id ?? facility ?? "unknown");
    }

    /// <summary>As <see cref="OfAuthority(string, HierarchicDesignator, string?)"/>, but a name means what the feed says that it means.</summary>
    public static string OfAuthority(AdtScope scope, HierarchicDesignator authority) =>
        authority.UniversalId is { } id && OfUniversalId(id, authority.UniversalIdType) is { } system
            ? system
            : scope.SystemOfName(authority.Namespace ?? authority.UniversalId ?? scope.Facility ?? "unknown");

    public static string OfName(string source, string name) => $"urn:fhir-gateway:authority:{Uri.EscapeDataString(source)}:{Uri.EscapeDataString(name)}";

    /// <summary>The authority as part of a key: its namespace, else its universal id, else the facility.</summary>
    public static string KeyOf(HierarchicDesignator authority, string? facility) => authority.Namespace ?? authority.UniversalId ?? facility ?? "";

    /// <summary>
    /// Eleven places of the Medicare beneficiary identifier: C A AN N A AN N A A N N, without S L O I B Z; dashes dropped.
    /// An S in the second place is let through: CMS gives such ids to synthetic beneficiaries.
    /// </summary>
    public static string? AsMbi(string value)
    {
        var text = value.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();
        if (text.Length != 11 || text[0] is < '1' or > '9')
            return null;
        const string form = "CAXNAXNAANN";
        for (var i = 1; i < text.Length; i++)
        {
            var c = text[i];
            var letter = c is >= 'A' and <= 'Z' && (!"SLOIBZ".Contains(c, StringComparison.Ordinal) || (i == 1 && c == 'S'));
            var fits = form[i] switch { 'A' => letter, 'N' => char.IsAsciiDigit(c), _ => letter || char.IsAsciiDigit(c) };
            if (!fits)
                return null;
        }
        return text;
    }

    /// <summary>Nine digits; null for anything else, and for placeholders (areas 000, 666 and 9xx, group 00, serial 0000, 123456789, one digit repeated).</summary>
    public static string? AsSsn(string value)
    {
        var digits = value.Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
        if (digits.Length != 9 || digits.AsSpan().IndexOfAnyExceptInRange('0', '9') >= 0)
            return null;
        if (digits[0] == '9' || digits.StartsWith("000", StringComparison.Ordinal) || digits.StartsWith("666", StringComparison.Ordinal))
            return null;
        if (digits.AsSpan(3, 2) is "00" || digits.AsSpan(5) is "0000" || digits is "123456789" || digits.AsSpan().IndexOfAnyExcept(digits[0]) < 0)
            return null;
        return digits;
    }

    /// <summary>Marked as an NPI and one by its check digit.</summary>
    public static bool IsNpi(StaffName staff) => IsCalledNpi(staff) && staff.Id is { } id && Organizations.Npi.IsValid(id);

    /// <summary>The sender says NPI: by the type, by the authority, or, before there was a type, by the source table (XCN.8).</summary>
    public static bool IsCalledNpi(StaffName staff) =>
        staff.IdType is "NPI" || staff.Authority.UniversalId is NpiOid || staff.Authority.Namespace is "NPI" or "NPPES"
        || (staff.IdType.IsEmpty && staff.Authority.IsEmpty && staff.Value.Part(8).Code is "NPI");

    /// <summary>The URI of a universal id; null if it is not of its type's form.</summary>
    private static string? OfUniversalId(string id, ReadOnlySpan<char> type)
    {
        // Many leave the type out or write it in small letters: what has the form of an OID of this length is one.
        if (IsOid(id) && (type.Equals("ISO", StringComparison.OrdinalIgnoreCase) || (type.IsEmpty && id.AsSpan().Count('.') >= 4)))
            return OfOid(id);
        if (type is "UUID" or "GUID" && Guid.TryParse(id, out var uuid))
            return $"urn:uuid:{uuid}";
        return type is "URI" && Uri.TryCreate(id, UriKind.Absolute, out _) && id.AsSpan().IndexOfAnyInRange('\0', ' ') < 0 ? id : null;
    }

    private static string OfOid(string oid) => oid switch
    {
        NpiOid => Npi,
        "2.16.840.1.113883.4.1" => Ssn,
        "2.16.840.1.113883.4.927" => Mbi,
        _ => "urn:oid:" + oid,
    };

    public static bool IsOid(ReadOnlySpan<char> text)
    {
        if (text.Length < 3 || text[0] is < '0' or > '2' || text[1] != '.' || text[^1] == '.')
            return false;
        return text.IndexOfAnyExceptInRange('.', '9') < 0 && !text.Contains('/') && text.IndexOf("..", StringComparison.Ordinal) < 0;
    }
}
