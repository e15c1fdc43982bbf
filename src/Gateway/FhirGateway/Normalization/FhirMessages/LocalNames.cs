using System.Security.Cryptography;
using System.Text;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Normalization.FhirMessages;

/// <summary>
/// Keys of the resources of one message whose ids mean something within their Bundle alone: many senders number them anew each time, so
/// Condition/1 of one message has nothing to do with Condition/1 of the next. They go by what they say, as those of an HL7v2 message do:
/// by the visit or the patient, and an identifier, a code or a name; by their content where they have none of these. A resend gives the
/// same keys, and no two messages share one unless it is the same thing that they speak of.
/// </summary>
internal sealed class LocalNames(MessageBundle bundle, BundleIdentity identity, BundleEntry encounter, string patientKey, string visitKey)
{
    private static readonly byte[][] Codes = ["code"u8.ToArray(), "vaccineCode"u8.ToArray(), "medicationCodeableConcept"u8.ToArray()];

    private static readonly byte[][] Times =
    [
        "effectiveDateTime"u8.ToArray(), "performedDateTime"u8.ToArray(), "occurrenceDateTime"u8.ToArray(), "authoredOn"u8.ToArray(), "issued"u8.ToArray(),
    ];

    private readonly JsonTape tape = bundle.Tape;
    private readonly Dictionary<string, int> taken = new(StringComparer.Ordinal);

    /// <summary>Ask once for each resource, in the order of the Bundle: two that say the same of themselves are told apart by it.</summary>
    public string KeyOf(BundleEntry entry)
    {
        var isOfVisit = bundle.Target(tape.Find(entry.Node, "encounter"u8)) == encounter;
        var key = $"{(isOfVisit ? visitKey : patientKey)}|{WhatOf(entry)}";
        var count = taken[entry.Type + "|" + key] = taken.GetValueOrDefault(entry.Type + "|" + key) + 1;
        return count == 1 ? key : $"{key}|{count}";
    }

    private string WhatOf(BundleEntry entry)
    {
        if (identity.ByIdentifier(entry) is { } identifier)
            return identifier;
        return entry.Type switch
        {
            "RelatedPerson" when tape.HumanName(entry.Node) is { } name => $"{name}|{Concept(tape.FirstItem(tape.Find(entry.Node, "relationship"u8)))}",
            "Coverage" when tape.FindText(entry.Node, "subscriberId"u8) is { Length: > 0 } member => $"{Payer(entry)}|{member}",
            "PractitionerRole" => $"{Target(entry, "practitioner"u8)}|{Concept(tape.FirstItem(tape.Find(entry.Node, "code"u8)))}|{Target(entry, "organization"u8)}",
            _ => ByCode(entry) ?? ContentOf(tape, entry),
        };
    }

    private string? ByCode(BundleEntry entry)
    {
        foreach (var name in Codes)
            if (Concept(tape.Find(entry.Node, name)) is { } code)
                return code + When(entry);
        return null;
    }

    private string? When(BundleEntry entry)
    {
        foreach (var name in Times)
            if (tape.FindText(entry.Node, name) is { } time)
                return "|" + time;
        return null;
    }

    private string? Concept(int concept)
    {
        foreach (var (system, code, _) in tape.Codings(concept))
            return $"{system}|{code}";
        return tape.FindText(concept, "text"u8);
    }

    private string? Payer(BundleEntry entry) =>
        bundle.Target(tape.FirstItem(tape.Find(entry.Node, "payor"u8))) is { Type: "Organization" } payer ? identity.KeyOf(payer) : null;

    private string? Target(BundleEntry entry, ReadOnlySpan<byte> name) =>
        bundle.Target(tape.Find(entry.Node, name)) is { } target ? identity.KeyOf(target) : null;

    /// <summary>All that a resource says but its id, its meta, and to which entries of its Bundle it refers.</summary>
    public static string ContentOf(JsonTape tape, BundleEntry entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var end = tape[entry.Node].Next;
        var (id, meta) = (tape.Find(entry.Node, "id"u8), tape.Find(entry.Node, "meta"u8));
        for (var i = entry.Node + 1; i < end; i++)
        {
            var isName = tape[i].Kind == JsonKind.Name;
            if (isName && (i + 1 == id || i + 1 == meta || tape.Bytes(i).SequenceEqual("reference"u8)))
            {
                i = tape[i + 1].Next - 1;
                continue;
            }

            if (tape[i].Kind is not (JsonKind.Object or JsonKind.Array))
                hash.AppendData(tape.Raw(i));
            hash.AppendData("\n"u8);
        }

        return "content|" + Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }
}
