namespace FhirGateway.Fhir.Terminology;

/// <summary>How a display compares with what the code system calls the code.</summary>
public enum DisplayCheck
{
    /// <summary>A display or designation of the code, letter case and white space aside.</summary>
    Same,

    /// <summary>The code has displays and this is none of them.</summary>
    Different,

    /// <summary>The code, its system or any display of it is not known.</summary>
    Unknown,
}
