using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.References;

/// <summary>
/// What the references within one tape point to: contained resources by id, entries of a Bundle by fullUrl and by type and
/// id, resources of a Parameters by type and id (FHIR R4, bundle.html#references). Built in one pass over the entries and
/// asked in constant time. Reusable, not thread-safe while it reads; tokens are those of the tape last read.
/// </summary>
public sealed class ReferenceIndex
{
    private readonly ReferenceTable table = new();
    private readonly List<Holder> holders = [];
    private JsonTape tape = new();

    /// <summary>An index of the resource on a tape.</summary>
    public static ReferenceIndex Build(JsonTape tape)
    {
        var index = new ReferenceIndex();
        index.Read(tape);
        return index;
    }

    /// <summary>Forgets all and indexes the resource on a tape.</summary>
    public void Read(JsonTape resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        tape = resource;
        holders.Clear();
        table.Clear(resource);
        if (resource.Count > 0)
            AddResource(0, -1, -1);
    }

    /// <summary>The token of the resource that a reference points to, or -1. A version in the reference is not looked at.</summary>
    /// <param name="reference">The text of the reference, unescaped: <c>#id</c>, <c>Type/id</c>, an absolute URL or a URN.</param>
    /// <param name="from">Any token of the element that holds the reference.</param>
    public int Find(ReadOnlySpan<byte> reference, int from)
    {
        var holder = HolderOf(from);
        var fragment = reference.IndexOf((byte)'#');
        if (fragment > 0)
        {
            var owner = Find(reference[..fragment], from);
            return owner < 0 ? -1 : Find(reference[fragment..], owner);
        }
        if (fragment == 0)
            return reference.Length == 1 ? ResourceOf(holder) : table.FindContained(holder, reference[1..]);
        reference = WithoutVersion(reference);
        if (IsAbsolute(reference))
            return table.FindUrl(reference, []);
        var found = holder < 0 ? -1 : table.FindUrl(BaseOf(holders[holder]), reference);
        return found >= 0 ? found : table.FindTypeAndId(reference);
    }

    /// <summary>The type that the text of a reference names (<c>Patient/1</c>, <c>http://x/Patient/1</c>), or null.</summary>
    internal static StructureType? TypeOf(ReadOnlySpan<byte> reference, StructureTable types)
    {
        reference = WithoutVersion(reference);
        var slash = reference.LastIndexOf((byte)'/');
        if (slash <= 0 || slash == reference.Length - 1)
            return null;
        var rest = reference[..slash];
        return types.FindResource(rest[(rest.LastIndexOf((byte)'/') + 1)..]);
    }

    private static bool IsAbsolute(ReadOnlySpan<byte> reference) => reference.IndexOf((byte)':') > 0;

    private static ReadOnlySpan<byte> WithoutVersion(ReadOnlySpan<byte> reference)
    {
        var history = reference.IndexOf("/_history/"u8);
        return history > 0 ? reference[..history] : reference;
    }

    private int ResourceOf(int holder) => holder < 0 ? -1 : holders[holder].Resource;

    /// <summary>The URL before <c>Type/id</c>; empty if the holder's URL is not of that form.</summary>
    private ReadOnlySpan<byte> BaseOf(Holder holder) =>
        holder.FullUrl < 0 ? [] : tape.Bytes(holder.FullUrl)[..holder.BaseLength];

    private void AddResource(int resource, int fullUrl, int parent)
    {
        var holder = holders.Count;
        var type = tape.Find(resource, "resourceType"u8);
        var id = tape.Find(resource, "id"u8);
        holders.Add(new Holder(resource, tape[resource].Next, parent, fullUrl, BaseLength(fullUrl)));
        if (fullUrl >= 0)
            table.AddUrl(fullUrl, resource);
        if (parent >= 0 && tape.IsString(type) && tape.IsString(id))
            table.AddTypeAndId(type, id, resource);
        AddContained(resource, holder);
        if (!tape.IsString(type))
            return;
        if (tape.Bytes(type).SequenceEqual("Bundle"u8))
            AddEntries(tape.Find(resource, "entry"u8), holder);
        else if (tape.Bytes(type).SequenceEqual("Parameters"u8))
            AddParameters(tape.Find(resource, "parameter"u8), holder);
    }

    private void AddContained(int resource, int holder)
    {
        var contained = tape.Find(resource, "contained"u8);
        if (contained < 0 || tape[contained].Kind != JsonKind.Array)
            return;
        for (var i = contained + 1; i < tape[contained].Next; i = tape[i].Next)
            if (tape.Find(i, "id"u8) is var id && tape.IsString(id))
                table.AddContained(holder, id, i);
    }

    private void AddEntries(int entries, int holder)
    {
        if (entries < 0 || tape[entries].Kind != JsonKind.Array)
            return;
        for (var i = entries + 1; i < tape[entries].Next; i = tape[i].Next)
        {
            var resource = tape.Find(i, "resource"u8);
            var url = tape.Find(i, "fullUrl"u8);
            if (resource >= 0 && tape[resource].Kind == JsonKind.Object)
                AddResource(resource, tape.IsString(url) ? url : -1, holder);
        }
    }

    private void AddParameters(int parameters, int holder)
    {
        if (parameters < 0 || tape[parameters].Kind != JsonKind.Array)
            return;
        for (var i = parameters + 1; i < tape[parameters].Next; i = tape[i].Next)
        {
            var resource = tape.Find(i, "resource"u8);
            if (resource >= 0 && tape[resource].Kind == JsonKind.Object)
                AddResource(resource, -1, holder);
            AddParameters(tape.Find(i, "part"u8), holder);
        }
    }

    private int BaseLength(int fullUrl)
    {
        if (fullUrl < 0)
            return 0;
        var url = tape.Bytes(fullUrl);
        var slash = url.LastIndexOf((byte)'/');
        return slash <= 0 ? 0 : url[..slash].LastIndexOf((byte)'/') + 1;
    }

    /// <summary>The innermost entry, parameter or whole resource around a token; contained resources belong to theirs.</summary>
    private int HolderOf(int token)
    {
        var (low, high) = (0, holders.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (holders[middle].Resource <= token)
                low = middle;
            else
                high = middle - 1;
        }
        if (high < 0)
            return -1;
        while (low >= 0 && token >= holders[low].End)
            low = holders[low].Parent;
        return low;
    }

    private readonly record struct Holder(int Resource, int End, int Parent, int FullUrl, int BaseLength);
}
