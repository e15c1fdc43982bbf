using System.Security.Cryptography;
using FhirGateway.Fhir.Json;
using FhirGateway.Normalization;

namespace FhirGateway.Claims;

/// <summary>
/// What a version says apart from its names: a source that renames its resources says the same. Left out are id, identifiers (by
/// those it was found), meta, narrative, the time of the reading, and, where the patient was renamed too, what is referred to by id.
/// </summary>
public static class ClaimContent
{
    /// <summary>The hash of a normalized resource's content.</summary>
    /// <param name="normalized">As stored.</param>
    /// <param name="withReferences">Whether what it refers to counts.</param>
    public static ContentHash Of(ReadOnlyMemory<byte> normalized, bool withReferences)
    {
        var tape = new JsonTape();
        if (!tape.Read(normalized).IsNone)
            throw new ArgumentException("Not a normalized resource.", nameof(normalized));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var name = 1; name < tape[0].Next; name = tape[name + 1].Next)
        {
            var text = tape.Raw(name);
            if (text.SequenceEqual("id"u8) || text.SequenceEqual("identifier"u8) || text.SequenceEqual("meta"u8) || text.SequenceEqual("text"u8) || text.SequenceEqual("created"u8))
                continue;
            hash.AppendData(text);
            Append(hash, tape, name + 1, withReferences);
        }

        Span<byte> result = stackalloc byte[ContentHash.Size];
        hash.GetHashAndReset(result);
        return ContentHash.Read(result);
    }

    private static void Append(IncrementalHash hash, JsonTape tape, int value, bool withReferences)
    {
        switch (tape[value].Kind)
        {
            case JsonKind.Object:
                hash.AppendData("{"u8);
                for (var name = value + 1; name < tape[value].Next; name = tape[name + 1].Next)
                {
                    var text = tape.Raw(name);
                    if (!withReferences && text.SequenceEqual("reference"u8) && tape.IsString(name + 1))
                        continue;
                    hash.AppendData(text);
                    hash.AppendData(":"u8);
                    Append(hash, tape, name + 1, withReferences);
                }
                hash.AppendData("}"u8);
                break;
            case JsonKind.Array:
                hash.AppendData("["u8);
                foreach (var item in tape.Items(value))
                    Append(hash, tape, item, withReferences);
                hash.AppendData("]"u8);
                break;
            default:
                hash.AppendData(tape.Raw(value));
                hash.AppendData(","u8);
                break;
        }
    }
}
