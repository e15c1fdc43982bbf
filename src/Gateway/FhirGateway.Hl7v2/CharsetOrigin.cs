namespace FhirGateway.Hl7v2;

/// <summary>What decided how the bytes of a message were read.</summary>
public enum CharsetOrigin
{
    /// <summary>The feed's own setting.</summary>
    Feed,

    /// <summary>MSH-18.</summary>
    Declared,

    /// <summary>Nothing usable was declared; the bytes are valid UTF-8 (or ASCII).</summary>
    Detected,

    /// <summary>Nothing usable was declared and the bytes are not UTF-8: the feed's default.</summary>
    Fallback,
}
