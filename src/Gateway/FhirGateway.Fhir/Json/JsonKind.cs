namespace FhirGateway.Fhir.Json;

/// <summary>What a token of a <see cref="JsonTape"/> is.</summary>
public enum JsonKind : byte
{
    Object,
    Array,
    Name,
    String,
    Number,
    True,
    False,
    Null,
}
