namespace FhirGateway.Fhir.Profiles;

/// <summary>The elements by which profiles of one type are told apart.</summary>
internal static class ProfileFeatures
{
    /// <summary>Profiles for a part of a type that nothing in a resource tells from the rest: only a resource that declares one falls under it.</summary>
    public static readonly HashSet<string> OnlyDeclared = new(StringComparer.Ordinal) { "http://hl7.org/fhir/us/core/StructureDefinition/us-core-implantable-device" };

    public static readonly byte[][] Names = ["category"u8.ToArray(), "code"u8.ToArray(), "type"u8.ToArray(), "subType"u8.ToArray()];
}
