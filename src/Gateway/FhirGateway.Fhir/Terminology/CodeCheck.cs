namespace FhirGateway.Fhir.Terminology;

/// <summary>What the form of a code says about it.</summary>
public enum CodeCheck
{
    /// <summary>It has the form that codes of its system have; whether it exists is another question.</summary>
    Ok,

    /// <summary>No code of its system has this form.</summary>
    Malformed,

    /// <summary>The form of the system's codes is not known here.</summary>
    NotKnown,
}
