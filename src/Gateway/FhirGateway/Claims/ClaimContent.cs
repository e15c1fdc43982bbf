using System.Security.Cryptography;
using System.Text;
using FhirGateway.Fhir.Json;
using FhirGateway.Normalization;

namespace FhirGateway.Claims;

/// <summary>
/// What a version says apart from its names: a source that renames its resources says the same. Left out are id, meta, narrative,
/// the time of the reading, identifiers that carry the id, and, where the patient was renamed too, what is referred to by id.
/// </summary>
public static class ClaimContent
{
    private const string SourceIdPrefix = "urn:fhir-gateway:source-id:";

    /// <summary>The hash of a normalized resource's content.</summary>
    /// <param name="normalized">As stored.</param>
    /// <param name="withReferences">Whether what it refers to counts.</param>
    public static ContentHash Of(ReadOnlyMemory<byte> normalized, bool withReferences)
    {
        var tape = new JsonTape();
        if (!tape.Read(normalized).IsNone)
            throw new ArgumentException("Not a normalized resource.", nameof(normalized));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var id = SourceIdOf(tape);
        for (var name = 1; name < tape[0].Next; name = tape[name + 1].Next)
        {
            var text = tape.Raw(name);
            if (text.SequenceEqual("id"u8) || text.SequenceEqual("meta"u8) || text.SequenceEqual("text"u8) || text.SequenceEqual("created"u8))
                continue;
            hash.AppendData(text);
            if (text.SequenceEqual("identifier"u8))
                AppendIdentifiers(hash, tape, name + 1, id);
            else
                Append(hash, tape, name + 1, withReferences);
        }

        Span<byte> result = stackalloc byte[ContentHash.Size];
        hash.GetHashAndReset(result);
        return ContentHash.Read(result);
    }

    private static byte[]? SourceIdOf(JsonTape tape)
    {
        foreach (var identifier in tape.Items(tape.Find(0, "identifier"u8)))
        {
            if (tape.FindText(identifier, "system"u8) is { } system && system.StartsWith(SourceIdPrefix, StringComparison.Ordinal)
                && tape.FindText(identifier, "value"u8) is { } value)
                return Encoding.UTF8.GetBytes(value);
        }

        return null;
    }

    private static void AppendIdentifiers(IncrementalHash hash, JsonTape tape, int list, byte[]? id)
    {
        foreach (var identifier in tape.Items(list))
        {
            var value = tape.Find(identifier, "value"u8);
            if (id is not null && tape.IsString(value) && tape.Bytes(value).SequenceEqual(id))
                continue;
            hash.AppendData(tape.Raw(identifier));
        }
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
