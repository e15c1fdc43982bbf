namespace FhirGateway.Adapters.BulkFhir;

/// <summary>Why a manifest cannot be used.</summary>
/// <param name="Code">One word of a fixed list, for counts.</param>
/// <param name="Where">Path inside the manifest, such as <c>output[3].url</c>; "" for all of it. No value of it.</param>
/// <param name="What">What is wrong there, without PHI, secrets or URLs.</param>
public sealed record ManifestFault(ManifestFaultCode Code, string Where, string What)
{
    public override string ToString() => Where.Length == 0 ? $"manifest: {What}" : $"manifest: {Where}: {What}";
}
