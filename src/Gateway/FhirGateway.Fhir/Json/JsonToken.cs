namespace FhirGateway.Fhir.Json;

/// <summary>One token of a <see cref="JsonTape"/>. The value of a name is the token after it.</summary>
/// <param name="Start">Offset of the first byte: of the text of a name, string or number (without quotes), of the bracket of an object or array.</param>
/// <param name="Length">Bytes of the text, or of the whole object or array with its brackets.</param>
/// <param name="Next">The token after this value and all within it; for a name the hash of its text.</param>
/// <param name="Kind">What it is.</param>
/// <param name="IsEscaped">The text holds backslash escapes.</param>
public readonly record struct JsonToken(int Start, int Length, int Next, JsonKind Kind, bool IsEscaped);
