namespace FhirGateway.Fhir.Json;

/// <summary>Why and where a line cannot be read. Never carries text of the line.</summary>
/// <param name="Code">The reason; <see cref="JsonFaultCode.None"/> if the line is good.</param>
/// <param name="Position">Byte offset within the line, from 0.</param>
public readonly record struct JsonFault(JsonFaultCode Code, int Position)
{
    public bool IsNone => Code == JsonFaultCode.None;
}
