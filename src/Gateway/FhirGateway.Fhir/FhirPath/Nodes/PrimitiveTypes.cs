using System.Collections.Frozen;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>The primitive types of FHIR: their names, which extends which, and which value of FHIRPath they hold.</summary>
internal static class PrimitiveTypes
{
    private static readonly string[] Names =
        [.. Enum.GetValues<PrimitiveKind>().Select(k => char.ToLowerInvariant(k.ToString()[0]) + k.ToString()[1..])];

    private static readonly FrozenDictionary<string, PrimitiveKind> ByName =
        Enum.GetValues<PrimitiveKind>().Where(k => k != PrimitiveKind.None).ToFrozenDictionary(Name, StringComparer.Ordinal);

    public static string Name(PrimitiveKind kind) => Names[(int)kind];

    public static PrimitiveKind Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Whether a primitive type is another or extends it.</summary>
    public static bool Is(PrimitiveKind type, PrimitiveKind other) => type == other || (other != PrimitiveKind.None && other == Parent(type));

    public static PrimitiveKind Parent(PrimitiveKind type) => type switch
    {
        PrimitiveKind.Code or PrimitiveKind.Id or PrimitiveKind.Markdown => PrimitiveKind.String,
        PrimitiveKind.Canonical or PrimitiveKind.Oid or PrimitiveKind.Url or PrimitiveKind.Uuid => PrimitiveKind.Uri,
        PrimitiveKind.PositiveInt or PrimitiveKind.UnsignedInt => PrimitiveKind.Integer,
        _ => PrimitiveKind.None,
    };

    /// <summary>The type of its value in FHIRPath (FHIR R4, fhirpath.html#types).</summary>
    public static ItemKind System(PrimitiveKind type) => type switch
    {
        PrimitiveKind.Boolean => ItemKind.Boolean,
        PrimitiveKind.Integer or PrimitiveKind.PositiveInt or PrimitiveKind.UnsignedInt => ItemKind.Integer,
        PrimitiveKind.Decimal => ItemKind.Decimal,
        PrimitiveKind.Date => ItemKind.Date,
        PrimitiveKind.DateTime or PrimitiveKind.Instant => ItemKind.DateTime,
        PrimitiveKind.Time => ItemKind.Time,
        _ => ItemKind.String,
    };
}
