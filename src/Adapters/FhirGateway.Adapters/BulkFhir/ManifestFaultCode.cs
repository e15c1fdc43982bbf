namespace FhirGateway.Adapters.BulkFhir;

/// <summary>What kinds of faults manifests have.</summary>
public enum ManifestFaultCode
{
    /// <summary>Not one JSON object: broken, doubled names, bad UTF-8, too deep.</summary>
    NotJson,

    /// <summary>An element is absent, or of another form than the standard gives it.</summary>
    BadElement,

    /// <summary>A URL is relative, of another scheme, carries user information, or is none.</summary>
    BadUrl,

    /// <summary>More bytes, files or pages than allowed.</summary>
    TooLarge,

    /// <summary>Its pages lead in a circle.</summary>
    Loop,

    /// <summary>A format that is not NDJSON.</summary>
    Format,

    /// <summary>Its files are encrypted.</summary>
    Encrypted,
}
