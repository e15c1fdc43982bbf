using System.Text.Json.Nodes;

namespace FhirGateway.Tests.Fhir.Mutants;

/// <summary>How one invariant is broken.</summary>
/// <param name="Key">Its key; not unique, see the expression in the definitions.</param>
/// <param name="Context">The type or the path of an element of the base that it stands on, e.g. <c>Period</c> or <c>Patient.contact</c>.</param>
/// <param name="Break">Changes the value in a copy of the resource (value, whole resource); false if the value is of no use.</param>
internal sealed record InvariantBreak(string Key, string Context, Func<JsonObject, JsonObject, bool> Break)
{
    /// <summary>The end of the canonical of the profile that asks for it; empty for FHIR itself.</summary>
    public string Profile { get; init; } = "";

    /// <summary>Where it is reported, from the value, if not at the value itself.</summary>
    public string Step { get; init; } = "";
}
