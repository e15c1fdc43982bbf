namespace FhirGateway.Fhir.Rules;

/// <summary>Why and where a text is no narrative.</summary>
/// <param name="Code">The reason; <see cref="NarrativeFaultCode.None"/> if the text is good.</param>
/// <param name="Position">Byte offset within the unescaped text, from 0.</param>
public readonly record struct NarrativeFault(NarrativeFaultCode Code, int Position)
{
    public bool IsNone => Code == NarrativeFaultCode.None;
}
