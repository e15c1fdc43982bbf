using System.Collections.Immutable;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Normalization;

/// <summary>Reads again from a stored body what was known of the resource when it was normalized.</summary>
public static class StoredFacts
{
    /// <summary>Its business identifiers, without the one that the gateway added.</summary>
    public static ImmutableArray<PatientIdentifier> IdentifiersOf(ReadOnlyMemory<byte> body, NormalizationSettings settings)
    {
        var tape = Tape(body);
        return [.. PatientFactsReader.Identifiers(tape).Where(i => i.System != settings.SourceIdSystem)];
    }

    /// <summary>What matching needs of a Patient.</summary>
    public static PatientFacts PatientOf(ReadOnlyMemory<byte> body, NormalizationSettings settings)
    {
        var facts = PatientFactsReader.Read(Tape(body));
        return facts with { Identifiers = [.. facts.Identifiers.Where(i => i.System != settings.SourceIdSystem)] };
    }

    /// <summary>Whether it was marked as a part of a resource.</summary>
    public static bool IsSubsetted(ReadOnlyMemory<byte> body) => IsSubsetted(Tape(body));

    /// <summary>meta.tag SUBSETTED (Bulk Data, "_elements"; FHIR R4, search.html#elements).</summary>
    internal static bool IsSubsetted(JsonTape tape)
    {
        var tags = tape.Find(tape.Find(0, "meta"u8), "tag"u8);
        if (tags < 0 || tape[tags].Kind != JsonKind.Array)
            return false;
        for (var tag = tags + 1; tag < tape[tags].Next; tag = tape[tag].Next)
        {
            var code = tape.Find(tag, "code"u8);
            if (tape.IsString(code) && tape.Bytes(code).SequenceEqual("SUBSETTED"u8))
                return true;
        }

        return false;
    }

    private static JsonTape Tape(ReadOnlyMemory<byte> body)
    {
        var tape = new JsonTape();
        var fault = tape.Read(body);
        return fault.IsNone ? tape : throw new InvalidDataException($"a stored body is not readable: {fault.Code}");
    }
}
