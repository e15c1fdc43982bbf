namespace FhirGateway.Hl7v2;

/// <summary>Why bytes are not a message.</summary>
public enum Hl7FaultCode
{
    None,

    /// <summary>They do not start with MSH.</summary>
    NoHeader,

    /// <summary>MSH-1 or MSH-2 cannot be used as delimiters.</summary>
    Delimiters,

    /// <summary>UTF-16 or UTF-32, which MLLP cannot carry.</summary>
    WideCharacters,

    /// <summary>A second MSH before the end: two messages run together.</summary>
    SecondHeader,
}
