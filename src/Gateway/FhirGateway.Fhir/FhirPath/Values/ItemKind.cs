namespace FhirGateway.Fhir.FhirPath;

/// <summary>What an item of a collection is.</summary>
internal enum ItemKind : byte
{
    /// <summary>An element on the tape.</summary>
    Node,

    /// <summary>The target of a reference that is not at hand but whose type the reference tells.</summary>
    Absent,
    Boolean,
    Integer,
    Decimal,
    String,
    Date,
    DateTime,
    Time,
    Quantity,

    /// <summary>What <c>type()</c> gives.</summary>
    TypeName,
}
