using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Rules;

/// <summary>Rules for the entries and links of a Bundle (bundle.html).</summary>
internal sealed class BundleRules(NarrativeRules narratives)
{
    private static readonly int ReferenceHash = (int)JsonText.Hash("reference"u8);
    private readonly BundleIndex index = new();
    private readonly DocumentRules documents = new(narratives);

    public void Check(RuleReport report, int bundle)
    {
        var tape = report.Tape;
        var kind = Kind(tape, bundle);
        CheckLinks(report, bundle, kind);
        index.Read(tape, bundle);
        for (var i = 0; i < index.Count; i++)
            CheckEntry(report, i, kind);
        if (kind is BundleKind.Document or BundleKind.Message)
            documents.Check(report, bundle, index, kind == BundleKind.Message);
        else if (kind == BundleKind.SearchSet)
            SearchSetRules.Check(report, bundle, index);
    }

    private static BundleKind Kind(JsonTape tape, int bundle) => tape.FindText(bundle, "type"u8) switch
    {
        "document" => BundleKind.Document,
        "message" => BundleKind.Message,
        "transaction" => BundleKind.Transaction,
        "transaction-response" => BundleKind.TransactionResponse,
        "batch" => BundleKind.Batch,
        "batch-response" => BundleKind.BatchResponse,
        "history" => BundleKind.History,
        "searchset" => BundleKind.SearchSet,
        "collection" => BundleKind.Collection,
        _ => BundleKind.Unknown,
    };

    /// <summary>Paging belongs to searches and histories (http.html#paging); each relation of it, and self, is there once.</summary>
    private static void CheckLinks(RuleReport report, int bundle, BundleKind kind)
    {
        var tape = report.Tape;
        if (kind == BundleKind.Unknown)
            return;
        var pages = kind is BundleKind.SearchSet or BundleKind.History;
        var seen = 0;
        foreach (var link in tape.Items(bundle, "link"u8))
        {
            var relation = tape.Find(link, "relation"u8);
            if (!tape.IsString(relation))
                continue;
            var bit = RelationBit(tape, relation);
            var isPage = bit > 1;
            if (isPage && !pages)
                report.Error(relation, "invalid", "bundle-link-page", "Only the Bundle of a search or a history has pages");
            else if ((seen & bit) != 0)
                report.Error(link, "invalid", "bundle-link-repeated", "A Bundle has one link of each relation");
            seen |= bit;
        }
    }

    /// <summary>1 for self, more for pages, 0 for what may be repeated.</summary>
    private static int RelationBit(JsonTape tape, int relation) =>
        tape.Is(relation, "self"u8) ? 1
        : tape.Is(relation, "first"u8) ? 2
        : tape.Is(relation, "previous"u8) ? 4
        : tape.Is(relation, "next"u8) ? 8
        : tape.Is(relation, "last"u8) ? 16
        : 0;

    private void CheckEntry(RuleReport report, int number, BundleKind kind)
    {
        var tape = report.Tape;
        var entry = index[number];
        var isExchange = kind is BundleKind.Transaction or BundleKind.TransactionResponse or BundleKind.Batch or BundleKind.BatchResponse or BundleKind.Unknown;
        if (entry.FullUrl < 0 && !isExchange)
            report.Error(entry.Token, "required", "bundle-fullurl", "Every entry has a fullUrl, unless the Bundle is a transaction or batch or the answer to one");
        else if (entry.FullUrl >= 0)
            CheckFullUrl(report, entry);
        if (entry.Resource < 0)
            return;
        if (NeedsId(tape, entry) && !tape.Has(entry.Resource, "id"u8))
            report.Error(entry.Resource, "required", "resource-id-missing", "A resource that has a place on a server has an id");
        CheckReferences(report, entry, kind, isExchange);
    }

    /// <summary>A fullUrl is absolute; if it looks like one of a server, it ends with the type and id of the resource (bundle.html#bundle-unique).</summary>
    private static void CheckFullUrl(RuleReport report, BundleEntry entry)
    {
        var tape = report.Tape;
        var url = tape.Bytes(entry.FullUrl);
        if (!UriText.IsAbsolute(url))
        {
            report.Error(entry.FullUrl, "invalid", "bundle-fullurl-absolute", "A fullUrl is absolute: the URL on the server, or urn:uuid: or urn:oid:");
            return;
        }
        if (entry.Resource < 0)
            return;
        var id = tape.FindBytes(entry.Resource, "id"u8);
        var isRestful = UriText.TryReadRestful(url, out var parts);
        if (isRestful && id.IsEmpty)
            report.Error(entry.FullUrl, "invalid", "bundle-fullurl-id", "The fullUrl looks like one of a server, so the resource has an id");
        else if (isRestful && (parts.VersionLength > 0 || !parts.Type(url).SequenceEqual(tape.FindBytes(entry.Resource, "resourceType"u8)) || !parts.Id(url).SequenceEqual(id)))
            report.Error(entry.FullUrl, "invalid", "bundle-fullurl-id", "The fullUrl looks like one of a server, so it ends with the type and id of the resource");
        else if (!isRestful && tape.Is(tape.Find(entry.Resource, "url"u8), url) && !IsOldVocabulary(url))
            report.Error(entry.FullUrl, "invalid", "bundle-fullurl-canonical", "The fullUrl is where the resource is, not its canonical URL");
    }

    private static bool IsOldVocabulary(ReadOnlySpan<byte> url) =>
        url.StartsWith("http://hl7.org/fhir/v2/"u8) || url.StartsWith("http://hl7.org/fhir/v3/"u8);

    private static bool NeedsId(JsonTape tape, BundleEntry entry) =>
        !tape.Has(entry.Token, "response"u8)
        && !tape.Has(tape.Find(entry.Token, "request"u8), "method"u8)
        && entry.FullUrl >= 0 && !UriText.IsUrn(tape.Bytes(entry.FullUrl));

    private void CheckReferences(RuleReport report, BundleEntry entry, BundleKind kind, bool isExchange)
    {
        var tape = report.Tape;
        for (var i = entry.Resource + 1; i < tape[entry.Resource].Next; i++)
        {
            if (tape[i].Kind != JsonKind.Name)
                continue;
            if (tape[i].Next == ReferenceHash && tape[i + 1].Kind == JsonKind.String && tape[i + 1].Length > 0)
                CheckReference(report, entry, i + 1, kind, isExchange);
            else if (tape[i + 1].Kind == JsonKind.Object && tape.Is(tape.Find(i + 1, "resourceType"u8), "Bundle"u8))
                i = tape[i + 1].Next - 1;
        }
    }

    /// <summary>bundle.html#references: what a relative reference in an entry means depends on the fullUrl.</summary>
    private void CheckReference(RuleReport report, BundleEntry entry, int value, BundleKind kind, bool isExchange)
    {
        var tape = report.Tape;
        var reference = tape.Bytes(value);
        if (reference[0] == '#')
            return;
        if (!UriText.IsAbsolute(reference))
        {
            if (entry.FullUrl < 0)
            {
                if (!isExchange)
                    report.Error(value, "required", "bundle-reference-relative", "A relative reference has no meaning in an entry without fullUrl");
                return;
            }
            if (reference.Count((byte)'/') is not (1 or 3) && !(isExchange && reference.IndexOf((byte)'?') > 0))
                report.Error(value, "invalid", "bundle-reference-format", "A relative reference is [type]/[id], with or without /_history/[version]");
        }
        if (index.HasRepeatedUrl && kind != BundleKind.History && reference.IndexOf("/_history/"u8) < 0
            && BundleReference.Find(tape, index, entry, reference, out _) == BundleMatch.Several)
            report.Error(value, "invalid", "bundle-reference-ambiguous", "More than one entry of the Bundle has this URL; name the version");
    }
}
