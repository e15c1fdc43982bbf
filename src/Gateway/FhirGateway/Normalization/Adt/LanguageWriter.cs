using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>A language as communication: BCP 47 where the code is one of ISO 639, else as sent.</summary>
internal static class LanguageWriter
{
    public static void Write(AdtScope scope, Hl7Value value, string location, bool isPreferred)
    {
        if (!value.SaysAnything())
            return;
        var json = scope.Json;
        json.WriteStartArray("communication"u8);
        json.WriteStartObject();
        var code = value.Part(1).TextSpan;
        if (IsTwoLetters(code) && !scope.Table(CodeTables.Language).Contains(code))
            WriteTwoLetters(scope, value, code);
        else
            scope.Concept("language", value, location, CodeTables.Language);
        if (isPreferred)
            json.WriteBoolean("preferred"u8, true);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteTwoLetters(AdtScope scope, Hl7Value value, ReadOnlySpan<char> code)
    {
        Span<char> lower = stackalloc char[2];
        code.ToLowerInvariant(lower);
        var json = scope.Json;
        json.WriteStartObject("language"u8);
        json.WriteStartArray("coding"u8);
        json.Coding("urn:ietf:bcp:47", lower, value.Part(2).TextSpan);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static bool IsTwoLetters(ReadOnlySpan<char> code) => code.Length == 2 && char.IsAsciiLetter(code[0]) && char.IsAsciiLetter(code[1]);
}
