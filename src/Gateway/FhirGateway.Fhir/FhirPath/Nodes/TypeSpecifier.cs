using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>The name of a type in an expression, and the type that it is in a table.</summary>
internal sealed class TypeSpecifier(string? space, string name)
{
    private PathType? resolved;

    public string Text => space is null ? name : space + "." + name;

    public PathType Resolve(StructureTable table) =>
        resolved is { } type && type.Table == table ? type : resolved = PathType.Find(table, space, name);
}
