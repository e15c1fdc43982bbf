namespace FhirGateway.Fhir.FhirPath;

/// <summary>A collection read as one boolean (FHIRPath, "Singleton Evaluation of Collections").</summary>
internal enum Truth : byte
{
    Empty,
    False,
    True,
}
