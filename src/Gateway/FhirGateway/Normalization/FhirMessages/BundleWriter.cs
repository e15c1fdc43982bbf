using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FhirGateway.Episodes;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Normalization;
using FhirGateway.Normalization.Adt;

namespace FhirGateway.Normalization.FhirMessages;

/// <summary>Writes a message Bundle under published ids: every resource normalized like one of a bulk file, every reference led to its new id.</summary>
internal sealed class BundleWriter(
    MessageBundle bundle, BundleIdentity identity, FhirMessageSettings settings, IReadOnlyDictionary<(string Type, string Id), Guid> ids, Episode episode)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private readonly PatchList patches = new();
    private readonly ResourceNormalizer normalizer = new();
    private readonly JsonTape links = new();
    private readonly HashSet<Guid> published = [.. ids.Values];
    private readonly SortedDictionary<string, Guid> earlier = new(StringComparer.Ordinal);

    /// <summary>The Bundle; null with a fault in the bundle where a resource cannot be normalized.</summary>
    public WrittenBundle? Write(BundleEntry encounter, string controlId, Guid bundleId, string timestamp)
    {
        var normalization = new NormalizationSettings(
            settings.Source, settings.Normalization.Lookup, settings.Normalization.BaseUrls, settings.Normalization.MemberSystem)
        {
            IdOf = IdOf,
            KeepsId = bundle.IsOnServer,
        };
        using var buffer = new BundleBuffer();
        using var json = new Utf8JsonWriter(buffer, Options);
        using var hasher = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        json.WriteStartObject();
        json.WriteString("resourceType"u8, "Bundle"u8);
        json.WriteString("id"u8, bundleId);
        json.WriteStartObject("identifier"u8);
        json.WriteString("system"u8, IdentifierSystems.OfName(settings.Source, "Bundle"));
        json.WriteString("value"u8, controlId);
        json.WriteEndObject();
        json.WriteString("type"u8, "message"u8);
        json.WriteString("timestamp"u8, timestamp);
        json.WriteStartArray("entry"u8);
        PatientFacts? patient = null;
        var written = new HashSet<Guid>();
        foreach (var entry in bundle.Entries)
        {
            // Two entries under one name (a practitioner twice) are one resource.
            if (!written.Add(ids[(entry.Type, entry.Id)]))
                continue;
            var outcome = normalizer.Normalize(entry == encounter ? EpisodeEncounter.Write(Relinked(entry), episode, Locate) : Relinked(entry), normalization);
            if (!outcome.IsNormalized)
            {
                bundle.Report("structure", entry.Expression, $"The resource cannot be read ({outcome.Rejection.Reason})");
                return null;
            }

            patient ??= outcome.Resource.Patient;
            if (entry.Type is not ("MessageHeader" or "Provenance"))
                Append(hasher, outcome.Resource.Hash);
            json.WriteStartObject();
            json.WriteString("fullUrl"u8, $"urn:uuid:{outcome.Resource.Id}");
            json.WritePropertyName("resource"u8);
            json.WriteRawValue(ByUrl(outcome.Resource.Json), skipInputValidation: true);
            json.WriteEndObject();
        }

        foreach (var (location, id) in earlier.Where(l => written.Add(l.Value)))
            WriteLocation(json, hasher, location, id);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        Span<byte> digest = stackalloc byte[ContentHash.Size];
        hasher.GetHashAndReset(digest);
        return new WrittenBundle(buffer.WrittenSpan.ToArray(), ContentHash.Read(digest), patient!);
    }

    /// <summary>The resource with an id and with its references already at their new ids.</summary>
    private byte[] Relinked(BundleEntry entry)
    {
        var tape = bundle.Tape;
        var from = tape[entry.Node].Start;
        var length = tape[entry.Node].Length;
        patches.Clear();
        if (!entry.HasId)
            patches.Insert(1, "\"id\":\""u8, JsonEncodedText.Encode(entry.Id).EncodedUtf8Bytes, "\","u8);
        foreach (var (node, to) in bundle.References)
            if (tape[node].Start > from && tape[node].Start < from + length)
                patches.Replace(tape[node].Start - from, tape[node].Length, Encoding.UTF8.GetBytes($"{to.Type}/{ids[(to.Type, to.Id)]}"));
        return patches.Apply(tape.Json.Span.Slice(from, length), forHash: false);
    }

    /// <summary>References by fullUrl: within a bundle whose entries have no base URL a relative one leads nowhere.</summary>
    private byte[] ByUrl(ReadOnlyMemory<byte> resource)
    {
        links.Read(resource);
        patches.Clear();
        for (var i = 0; i < links.Count; i++)
        {
            if (links[i].Kind != JsonKind.Object || links.FindText(i, "reference"u8) is not { } text)
                continue;
            var slash = text.IndexOf('/', StringComparison.Ordinal);
            if (slash <= 0 || !Guid.TryParse(text.AsSpan(slash + 1), out var id) || !published.Contains(id))
                continue;
            var node = links.Find(i, "reference"u8);
            var type = links.Find(i, "type"u8) < 0 ? $"\",\"type\":\"{text[..slash]}" : "";
            patches.Replace(links[node].Start, links[node].Length, Encoding.UTF8.GetBytes($"urn:uuid:{id}{type}"));
        }

        return patches.Apply(resource.Span, forHash: false);
    }

    /// <summary>The normalizer asks by the sender's id for the resource itself, and by the new id for what was led there.</summary>
    private Guid? IdOf(string type, string id)
    {
        if (ids.TryGetValue((type, id), out var known))
            return known;
        return Guid.TryParse(id, out var already) && published.Contains(already) ? already : null;
    }

    private Guid Locate(string location)
    {
        var id = identity.IdOf("Location", location);
        published.Add(id);
        earlier[location] = id;
        return id;
    }

    /// <summary>A place that only the episode remembers, from its key: the message has no resource of it.</summary>
    private void WriteLocation(Utf8JsonWriter json, IncrementalHash hasher, string location, Guid id)
    {
        hasher.AppendData(Encoding.UTF8.GetBytes(location));
        var step = location[(location.LastIndexOf('|') + 1)..];
        var isSite = step.Length < 4 || step[2] != ':';
        json.WriteStartObject();
        json.WriteString("fullUrl"u8, $"urn:uuid:{id}");
        json.WriteStartObject("resource"u8);
        json.WriteString("resourceType"u8, "Location"u8);
        json.WriteString("id"u8, id);
        json.WriteStartObject("meta"u8);
        json.WriteString("source"u8, "urn:fhir-gateway:source:" + settings.Source);
        json.WriteEndObject();
        json.WriteString("name"u8, LocationWriter.Unescape(isSite ? step : step[3..]));
        json.WriteString("mode"u8, "instance"u8);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Append(IncrementalHash hasher, ContentHash hash)
    {
        Span<byte> bytes = stackalloc byte[ContentHash.Size];
        hash.Write(bytes);
        hasher.AppendData(bytes);
    }
}
