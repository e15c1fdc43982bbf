using System.Text;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Normalization.FhirMessages;

/// <summary>The entries of a message Bundle, and what its references point to: entries of the same Bundle and nothing else.</summary>
internal sealed class MessageBundle
{
    private const int MostEntries = 500;
    private const int MostFaults = 50;
    private const int MostIdCharacters = 255;

    private readonly Dictionary<string, BundleEntry> byUrl = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Type, string Id), BundleEntry> byId = [];
    private readonly Dictionary<int, BundleEntry> targets = [];

    private MessageBundle(JsonTape tape) => Tape = tape;

    public JsonTape Tape { get; }

    public List<BundleEntry> Entries { get; } = [];

    /// <summary>Its entries could not be read to the end: what else seems to be wrong may come of that.</summary>
    public bool IsCut { get; private set; }

    /// <summary>What is wrong so far.</summary>
    public List<FhirMessageFault> Faults { get; } = [];

    /// <summary>Every literal reference: the string on the tape and the entry it points to, in the order of the tape.</summary>
    public List<(int Node, BundleEntry To)> References { get; } = [];

    public static MessageBundle Read(JsonTape tape)
    {
        var bundle = new MessageBundle(tape);
        var entries = tape.Find(0, "entry"u8);
        if (entries < 0 || tape[entries].Kind != JsonKind.Array || tape[entries].Next == entries + 1)
            return bundle.Cut("required", "A message has entries: its MessageHeader first, then what it is about");
        var index = 0;
        foreach (var entry in tape.Items(entries))
        {
            if (index == MostEntries)
                return bundle.Cut("too-long", $"More than {MostEntries} entries");
            bundle.Take(index++, entry);
        }

        foreach (var entry in bundle.Entries)
            bundle.Resolve(entry);
        return bundle;
    }

    public void Report(string code, string expression, string text)
    {
        if (Faults.Count < MostFaults)
            Faults.Add(new FhirMessageFault(code, expression, text));
    }

    public IEnumerable<BundleEntry> OfType(string type) => Entries.Where(e => e.Type == type);

    /// <summary>False for an id that names its resource within this Bundle only.</summary>
    public bool IsOnServer(string type, string id) => !byId.TryGetValue((type, id), out var entry) || entry.IsOnServer;

    /// <summary>The entry that the Reference object at <paramref name="reference"/> points to; null if it has no literal.</summary>
    public BundleEntry? Target(int reference)
    {
        var node = Tape.Find(reference, "reference"u8);
        return Tape.IsString(node) ? targets.GetValueOrDefault(node) : null;
    }

    private MessageBundle Cut(string code, string text)
    {
        Report(code, "Bundle.entry", text);
        IsCut = true;
        return this;
    }

    private void Take(int index, int entry)
    {
        var where = $"Bundle.entry[{index}]";
        var resource = Tape.Find(entry, "resource"u8);
        if (resource < 0 || Tape[resource].Kind != JsonKind.Object)
        {
            Report("required", where + ".resource", "An entry of a message holds a resource");
            return;
        }

        var typeNode = Tape.Find(resource, "resourceType"u8);
        if (!Tape.IsString(typeNode) || StructureTable.R4.FindResourceType(Tape.Bytes(typeNode)) is not { } type)
        {
            Report("value", where + ".resource.resourceType", "No resource type of FHIR R4");
            return;
        }

        var url = Tape.FindText(entry, "fullUrl"u8);
        var id = Tape.FindText(resource, "id"u8);
        var hasId = id is not null;
        id ??= url is null ? null : LastPart(url);
        if (id is null || !IsId(id))
        {
            Report("required", where + ".resource.id", "A resource needs an id, or a fullUrl that ends in one");
            return;
        }

        var taken = new BundleEntry(index, resource, type, id, hasId, url);
        if (!byId.TryAdd((type, id), taken) || (url is not null && !byUrl.TryAdd(url, taken)))
            Report("duplicate", where, "Another entry has the same fullUrl or the same type and id");
        else
            Entries.Add(taken);
    }

    /// <summary>Everything below the resource with a string named reference is a Reference: FHIR R4 has no other element of that name and type.</summary>
    private void Resolve(BundleEntry entry)
    {
        for (var i = entry.Node + 1; i < Tape[entry.Node].Next; i++)
        {
            if (Tape[i].Kind != JsonKind.Name || !Tape.IsString(i + 1) || !Tape.Bytes(i).SequenceEqual("reference"u8))
                continue;
            var text = Tape.Text(i + 1);
            if (text.StartsWith('#'))
                continue;
            if (Find(entry, text) is { } target)
            {
                References.Add((i + 1, target));
                targets[i + 1] = target;
                continue;
            }

            Report("not-found", PathOf(entry, i), "This reference leads to no entry of the Bundle: a message holds all that it refers to");
        }
    }

    /// <summary>By fullUrl, else beneath the base of the own fullUrl (Bundle resolution, bundle.html#references), else by type and id.</summary>
    private BundleEntry? Find(BundleEntry from, string reference)
    {
        var history = reference.IndexOf("/_history/", StringComparison.Ordinal);
        if (history > 0)
            reference = reference[..history];
        if (byUrl.TryGetValue(reference, out var target))
            return target;
        if (reference.Contains(':', StringComparison.Ordinal))
            return null;
        if (from.FullUrl is { } own && own.EndsWith($"/{from.Type}/{from.Id}", StringComparison.Ordinal)
            && byUrl.TryGetValue(own[..^(from.Type.Length + from.Id.Length + 1)] + reference, out target))
            return target;
        var slash = reference.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 ? byId.GetValueOrDefault((reference[..slash], reference[(slash + 1)..])) : null;
    }

    /// <summary>The path of names from the resource down to the token at <paramref name="name"/>; places in arrays are counted.</summary>
    private string PathOf(BundleEntry entry, int name)
    {
        var path = new StringBuilder(entry.Expression);
        var at = entry.Node;
        while (at < name && path.Length < 300)
        {
            var isArray = Tape[at].Kind == JsonKind.Array;
            var child = at + 1;
            for (var n = 0; child <= name; n++)
            {
                var value = isArray ? child : child + 1;
                if (name < Tape[value].Next)
                {
                    path.Append(isArray ? $"[{n}]" : "." + NameOf(child));
                    at = child == name ? name : value;
                    break;
                }

                child = Tape[value].Next;
            }
        }

        return path.ToString();
    }

    /// <summary>An element name and nothing else: a sender could write anything there.</summary>
    private string NameOf(int name)
    {
        var text = Tape.Text(name);
        return text.Length is > 0 and <= 64 && text.All(char.IsAsciiLetterOrDigit) ? text : "?";
    }

    private static string LastPart(string url) => url[(url.LastIndexOfAny(['/', ':']) + 1)..];

    private static bool IsId(string id) => id.Length is > 0 and <= MostIdCharacters && !id.Any(c => c <= ' ' || c == '/');
}
