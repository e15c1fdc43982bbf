namespace FhirGateway.Fhir.Xml;

/// <summary>Why an XML text is no FHIR resource, and where. Never carries text of the resource.</summary>
public sealed class FhirXmlException(string reason, int line, int column) : FormatException($"{reason} (line {line}, column {column})")
{
    /// <summary>What is wrong, without the place.</summary>
    public string Reason => reason;

    /// <summary>Line of the text, from 1.</summary>
    public int Line => line;

    /// <summary>Character of the line, from 1.</summary>
    public int Column => column;
}
