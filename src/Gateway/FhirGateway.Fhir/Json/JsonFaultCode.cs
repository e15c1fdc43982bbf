namespace FhirGateway.Fhir.Json;

/// <summary>Why a line is not one strict JSON object.</summary>
public enum JsonFaultCode
{
    None,

    /// <summary>No token at all.</summary>
    Empty,

    /// <summary>Violates RFC 8259: truncated, a comment, a trailing comma, NaN, text after the end.</summary>
    Syntax,

    /// <summary>JSON, but no object at the top.</summary>
    NotAnObject,
    InvalidUtf8,

    /// <summary>An escaped surrogate without its pair.</summary>
    LoneSurrogate,

    /// <summary>U+0000, which text columns cannot hold.</summary>
    NulCharacter,

    /// <summary>Two properties of one object with the same name.</summary>
    DuplicateKey,

    /// <summary>More than <see cref="JsonTape.MaxDepth"/> levels.</summary>
    TooDeep,

    /// <summary>More than <see cref="JsonTape.MaxKeys"/> properties in one object.</summary>
    TooManyKeys,
}
