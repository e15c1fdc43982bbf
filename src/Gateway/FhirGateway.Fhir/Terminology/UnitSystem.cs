namespace FhirGateway.Fhir.Terminology;

/// <summary>UCUM as a code system: what its grammar and atoms allow is a code.</summary>
internal static class UnitSystem
{
    public static Membership Check(ReadOnlySpan<byte> code) => Ucum.IsValid(code) ? Membership.Member : Membership.NotMember;

    /// <summary>The filter canonical = unit: all that can be converted to it (http://hl7.org/fhir/R4/ucum.html).</summary>
    public static Func<ReadOnlySpan<byte>, bool>? Filter((string Property, string Op, string Value) filter) =>
        filter is { Property: "canonical", Op: "=" } && Ucum.IsValid(filter.Value)
            ? code => Ucum.AreComparable(System.Text.Encoding.UTF8.GetString(code), filter.Value)
            : null;
}
