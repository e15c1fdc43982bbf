using System.Text;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>Placeholder until written below.</summary>
internal static class NarrativeCheck
{
    public static bool IsValid(ReadOnlySpan<byte> text) => text.StartsWith("<div"u8);
}
