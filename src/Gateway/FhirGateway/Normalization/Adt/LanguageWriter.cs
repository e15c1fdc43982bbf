using System.Collections.Frozen;
using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>A language as communication: BCP 47 where the code is one of ISO 639, else as sent.</summary>
internal static class LanguageWriter
{
    private static readonly FrozenSet<string> Languages =
        EmbeddedTable.Rows("languages.tsv").SelectMany(row => row).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup = Languages.GetAlternateLookup<ReadOnlySpan<char>>();

    public static void Write(AdtScope scope, Hl7Value value, string location, bool isPreferred)
    {
        if (!value.SaysAnything())
            return;
        var json = scope.Json;
        json.WriteStartArray("communication"u8);
        json.WriteStartObject();
        var code = value.Part(1).TextSpan;
        if (!CodeSystems.IsLocal(value.Part(3).TextSpan) && IsTag(code) && !scope.Table(CodeTables.Language).Contains(code))
            WriteTag(scope, value, code);
        else
            scope.Concept("language", value, location, CodeTables.Language);
        if (isPreferred)
            json.WriteBoolean("preferred"u8, true);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteTag(AdtScope scope, Hl7Value value, ReadOnlySpan<char> code)
    {
        Span<char> tag = stackalloc char[code.Length];
        code[..2].ToLowerInvariant(tag);
        if (code.Length > 2)
        {
            tag[2] = '-';
            code[3..].ToUpperInvariant(tag[3..]);
        }
        var json = scope.Json;
        json.WriteStartObject("language"u8);
        json.WriteStartArray("coding"u8);
        json.Coding("urn:ietf:bcp:47", tag, value.Part(2).TextSpan);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A language of ISO 639-1, alone or of a country (en-US). Other letters (SP, CN) are the sender's own.</summary>
    private static bool IsTag(ReadOnlySpan<char> code)
    {
        var isRegional = code.Length == 5 && code[2] is '-' or '_' && char.IsAsciiLetter(code[3]) && char.IsAsciiLetter(code[4]);
        return (code.Length == 2 || isRegional) && Lookup.Contains(code[..2]);
    }
}
