namespace FhirGateway.Normalization.FhirMessages;

/// <summary>A message Bundle as it is published.</summary>
/// <param name="Json">UTF-8.</param>
/// <param name="Hash">Of all resources but MessageHeader and Provenance.</param>
/// <param name="Patient">What its Patient says for matching.</param>
internal sealed record WrittenBundle(byte[] Json, ContentHash Hash, PatientFacts Patient)
{
    public override string ToString() => $"WrittenBundle({Json.Length} bytes)";
}
