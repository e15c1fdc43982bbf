namespace FhirGateway.Fhir.Structure;

/// <summary>The primitive types of FHIR R4 (datatypes.html#primitive).</summary>
public enum PrimitiveKind : byte
{
    None,
    Base64Binary,
    Boolean,
    Canonical,
    Code,
    Date,
    DateTime,
    Decimal,
    Id,
    Instant,
    Integer,
    Markdown,
    Oid,
    PositiveInt,
    String,
    Time,
    UnsignedInt,
    Uri,
    Url,
    Uuid,
    Xhtml,
}
