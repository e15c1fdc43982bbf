using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>A type of FHIR or of FHIRPath, or, for a name without namespace, both.</summary>
internal sealed record PathType
{
    public required StructureTable Table { get; init; }

    /// <summary>The type of FHIRPath, or null.</summary>
    public ItemKind? System { get; init; }
    public PrimitiveKind Primitive { get; init; }
    public StructureType? Structure { get; init; }

    /// <summary>No such type in the namespace of FHIR.</summary>
    public bool IsUnknown { get; init; }

    /// <summary>Said without a namespace.</summary>
    public bool IsUnqualified { get; init; }

    public static PathType Find(StructureTable table, string? space, string name)
    {
        var system = space is null or "System" ? SystemKind(name) : null;
        var primitive = space is null or "FHIR" ? PrimitiveTypes.Find(name) : PrimitiveKind.None;
        var structure = space is null or "FHIR" && primitive == PrimitiveKind.None ? table.FindType(name) : null;
        return new()
        {
            Table = table,
            System = system,
            Primitive = primitive,
            Structure = primitive == PrimitiveKind.None ? structure : null,
            IsUnqualified = space is null,
            IsUnknown = space != "System" && system is null && primitive == PrimitiveKind.None && structure is null,
        };
    }

    private static ItemKind? SystemKind(string name) => name switch
    {
        "Boolean" => ItemKind.Boolean,
        "Integer" => ItemKind.Integer,
        "Decimal" => ItemKind.Decimal,
        "String" => ItemKind.String,
        "Date" => ItemKind.Date,
        "DateTime" => ItemKind.DateTime,
        "Time" => ItemKind.Time,
        "Quantity" => ItemKind.Quantity,
        _ => null,
    };
}
