using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Rules;

/// <summary>
/// Documents and messages (documents.html, messaging.html): what the first entry is, that what it names is in the Bundle,
/// that each reference leads to one entry at most, and that each entry belongs to the first one.
/// </summary>
internal sealed class DocumentRules(NarrativeRules narratives)
{
    private static readonly int ReferenceHash = (int)JsonText.Hash("reference"u8);
    private readonly EntryLinks links = new();
    private readonly NarrativeLinks anchors = new() { WithAnchors = true };
    private readonly Dictionary<int, Dictionary<string, int>> anchorsOf = [];
    private RuleReport report = null!;
    private JsonTape tape = null!;
    private BundleIndex index = null!;

    public void Check(RuleReport target, int bundle, BundleIndex entries, bool isMessage)
    {
        (report, tape, index) = (target, target.Tape, entries);
        if (index.Count == 0)
        {
            report.Error(bundle, "invalid", "bundle-first", isMessage ? "A message has a MessageHeader as its first entry" : "A document has a Composition as its first entry");
            return;
        }
        var first = index[0];
        if (first.Resource < 0)
        {
            report.Error(first.Token, "invalid", "bundle-first", "The first entry has a resource");
            return;
        }
        if (!tape.Is(tape.Find(first.Resource, "resourceType"u8), isMessage ? "MessageHeader"u8 : "Composition"u8))
            report.Error(first.Resource, "invalid", "bundle-first", isMessage ? "The first entry of a message is a MessageHeader" : "The first entry of a document is a Composition");
        else if (isMessage)
            CheckRequired(first.Resource, "focus"u8);
        else
            CheckComposition(first.Resource);
        CheckLinked(bundle, isMessage);
    }

    private void CheckComposition(int composition)
    {
        CheckRequired(composition, "subject"u8);
        CheckRequired(composition, "author"u8);
        CheckRequired(composition, "encounter"u8);
        CheckRequired(composition, "custodian"u8);
        foreach (var attester in tape.Items(composition, "attester"u8))
            CheckRequired(attester, "party"u8);
        foreach (var performed in tape.Items(composition, "event"u8))
            CheckRequired(performed, "detail"u8);
        CheckSections(composition);
    }

    private void CheckSections(int owner)
    {
        foreach (var section in tape.Items(owner, "section"u8))
        {
            CheckRequired(section, "author"u8);
            CheckRequired(section, "focus"u8);
            CheckRequired(section, "entry"u8);
            CheckSections(section);
        }
    }

    /// <summary>documents.html#content: what the Composition refers to in these elements is in the document.</summary>
    private void CheckRequired(int owner, ReadOnlySpan<byte> element)
    {
        foreach (var item in tape.Items(owner, element))
        {
            var value = tape.Find(item, "reference"u8);
            if (!tape.IsString(value) || tape[value].Length == 0 || tape.Raw(value)[0] == '#')
                continue;
            var match = BundleReference.Find(tape, index, index[0], tape.Bytes(value), out _);
            if (match == BundleMatch.None && !IsDefinition(tape.Bytes(value)))
                report.Error(value, "not-found", "bundle-reference-missing", "What this element refers to is not in the Bundle");
            else if (match is BundleMatch.Several or BundleMatch.OtherUrl)
                ReportMatch(value, match);
        }
    }

    private void CheckLinked(int bundle, bool isMessage)
    {
        links.Clear(index.Count);
        anchorsOf.Clear();
        for (var i = 0; i < index.Count; i++)
            if (index[i].Resource >= 0)
                CollectLinks(i);
        links.Reach(0);
        foreach (var link in tape.Items(bundle, "link"u8))
            if (tape.Is(tape.Find(link, "relation"u8), "stylesheet"u8) && index.FindId(tape.FindBytes(link, "url"u8)) is >= 0 and var sheet)
                links.Reach(sheet);
        for (var i = links.ReachBack(); i >= 0; i = links.ReachBack())
            if (!isMessage && !tape.Is(tape.Find(index[i].Resource, "resourceType"u8), "Provenance"u8))
                report.Warning(index[i].Token, "invalid", "bundle-entry-reverse", "The entry refers to the document, but nothing in the document leads to it");
        for (var i = 0; i < index.Count; i++)
        {
            if (links.IsReached(i) || index[i].Resource < 0)
                continue;
            if (isMessage)
                report.Warning(index[i].Token, "informational", "bundle-entry-orphan", "Nothing leads from the MessageHeader to this entry");
            else
                report.Error(index[i].Token, "informational", "bundle-entry-orphan", "Nothing leads from the Composition to this entry; documents.html allows only what belongs to it");
        }
    }

    private void CollectLinks(int from)
    {
        var resource = index[from].Resource;
        for (var i = resource + 1; i < tape[resource].Next; i++)
        {
            if (tape[i].Kind != JsonKind.Name)
                continue;
            if (tape[i + 1].Kind == JsonKind.Object && tape.Is(tape.Find(i + 1, "resourceType"u8), "Bundle"u8))
                i = tape[i + 1].Next - 1;
            else if (tape[i + 1].Kind == JsonKind.String && tape[i + 1].Length > 0)
                CollectLink(from, i);
        }
    }

    private void CollectLink(int from, int name)
    {
        var value = name + 1;
        var isReference = tape[name].Next == ReferenceHash;
        if (tape.Raw(value)[0] == '#' || !(isReference || IsUriName(tape.Raw(name))))
            return;
        var reference = tape.Bytes(value);
        var match = BundleReference.Find(tape, index, index[from], reference, out var target);
        if (match == BundleMatch.One)
        {
            links.Add(from, target);
            if (!isReference && reference.IndexOf((byte)'#') is >= 0 and var hash)
                CheckNarrativeLink(name, reference[(hash + 1)..], target);
        }
        else if (isReference && match is BundleMatch.Several or BundleMatch.OtherUrl && !(from == 0 && IsRequired(value)))
            ReportMatch(value, match);
    }

    /// <summary>Elements of the first entry that are checked on their own, and are not to be reported twice.</summary>
    private bool IsRequired(int value)
    {
        var path = ElementPath.Find(tape, value).Text;
        return path.Contains(".section", StringComparison.Ordinal) || path.Contains(".subject", StringComparison.Ordinal)
            || path.Contains(".author", StringComparison.Ordinal) || path.Contains(".encounter", StringComparison.Ordinal)
            || path.Contains(".custodian", StringComparison.Ordinal) || path.Contains(".party", StringComparison.Ordinal)
            || path.Contains(".detail", StringComparison.Ordinal) || path.Contains(".focus", StringComparison.Ordinal);
    }

    private void ReportMatch(int value, BundleMatch match) => report.Error(value, match == BundleMatch.Several ? "invalid" : "not-found",
        match == BundleMatch.Several ? "bundle-reference-ambiguous" : "bundle-reference-url",
        match == BundleMatch.Several
            ? "More than one entry of the Bundle is what this refers to; name the version"
            : "The Bundle has a resource of this type and id, but its fullUrl is not where this reference leads");

    /// <summary>The extension narrativeLink names an id in the text of another entry; one, and only one.</summary>
    private void CheckNarrativeLink(int name, ReadOnlySpan<byte> fragment, int target)
    {
        var extension = name - 1;
        while (extension > 0 && (tape[extension].Kind != JsonKind.Object || tape[extension].Next <= name))
            extension--;
        if (!tape.Is(tape.Find(extension, "url"u8), "http://hl7.org/fhir/StructureDefinition/narrativeLink"u8))
            return;
        if (!anchorsOf.TryGetValue(target, out var counts))
            anchorsOf.Add(target, counts = CountAnchors(index[target].Token));
        var count = counts.GetValueOrDefault(System.Text.Encoding.UTF8.GetString(fragment));
        if (count != 1)
            report.Error(name + 1, count == 0 ? "not-found" : "invalid", count == 0 ? "narrative-link-missing" : "narrative-link-ambiguous",
                count == 0 ? "The entry that this leads to has no such id" : "The entry that this leads to has this id more than once");
    }

    /// <summary>How often each id is there, in elements and in narratives.</summary>
    private Dictionary<string, int> CountAnchors(int entry)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = entry; i < tape[entry].Next; i++)
        {
            if (tape[i].Kind != JsonKind.Name || tape[i + 1].Kind != JsonKind.String)
                continue;
            anchors.Clear();
            if (tape.Raw(i).SequenceEqual("id"u8))
                anchors.AddAnchor(tape.Bytes(i + 1));
            else if (tape.Raw(i).SequenceEqual("div"u8))
                narratives.ReadLinks(tape, i + 1, anchors);
            foreach (var anchor in anchors.Anchors)
                counts[anchor] = counts.GetValueOrDefault(anchor) + 1;
        }
        return counts;
    }

    private static bool IsUriName(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("valueUri"u8) || name.SequenceEqual("valueUrl"u8) || name.SequenceEqual("url"u8)
        || name.SequenceEqual("instantiatesUri"u8) || name.SequenceEqual("uri"u8) || name.SequenceEqual("contentUri"u8);

    /// <summary>Definitions are found by their canonical URL, so they need not be in the Bundle.</summary>
    private static bool IsDefinition(ReadOnlySpan<byte> reference) =>
        UriText.TryReadRestful(reference, out var parts) && !parts.IsRelative && DefinitionTypes.Contains(parts.Type(reference));
}
