namespace FhirGateway.Simulation.Http;

/// <summary>How the end of a body is told (RFC 9112 section 6).</summary>
public enum BodyFraming
{
    /// <summary>By Content-Length where the length is known, else by chunks.</summary>
    Natural,

    /// <summary>By chunks, the last of length zero.</summary>
    Chunked,

    /// <summary>By the end of the connection: a cut cannot be told from the end.</summary>
    Close,
}
