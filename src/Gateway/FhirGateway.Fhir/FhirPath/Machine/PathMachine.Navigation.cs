using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>From an element to its children (FHIR R4, fhirpath.html and json.html).</summary>
internal sealed partial class PathMachine
{
    /// <summary>Pushes the children of one name.</summary>
    public void PushChildren(in PathItem item, ElementName name)
    {
        if (item.Kind != ItemKind.Node)
        {
            PushOfOther(item, name);
            return;
        }
        var obj = item.IsPrimitive ? item.Sidecar : item.Value;
        if (obj < 0 || tokens[obj].Kind != JsonKind.Object)
            return;
        var type = item.IsPrimitive ? table.Element : item.Type;
        if (type is null)
            PushUntyped(obj, name.Hash, name.Utf8, name.SidecarHash, name.SidecarUtf8);
        else if (ChildTable.Of(type).Find(name) is not { } child)
            return;
        else if (child.Property is { } property)
            PushProperty(obj, property, name);
        else
            PushChoice(obj, type, child);
    }

    /// <summary>Pushes every child of an element, in the order of the line.</summary>
    public void PushChildren(in PathItem item)
    {
        if (item.Kind == ItemKind.Absent)
            IsIncomplete = true;
        if (item.Kind != ItemKind.Node)
            return;
        var obj = item.IsPrimitive ? item.Sidecar : item.Value;
        if (obj < 0 || tokens[obj].Kind != JsonKind.Object)
            return;
        var type = item.IsPrimitive ? table.Element : item.Type;
        var end = tokens[obj].Next;
        var hasSidecars = HasSidecars(obj);
        for (var i = obj + 1; i < end && Step(); i = tokens[i + 1].Next)
        {
            var name = Bytes(i);
            var isSidecar = name is [(byte)'_', ..];
            var bare = isSidecar ? name[1..] : name;
            if (isSidecar && tape.Find(obj, bare) >= 0)
                continue;
            if (type is not null)
            {
                var property = type.Find(isSidecar ? JsonText.Hash(bare) : (uint)tokens[i].Next, bare);
                if (property is not null)
                    PushFound(isSidecar ? -1 : i + 1, isSidecar ? i + 1 : hasSidecars ? FindSidecar(obj, name) : -1, property);
            }
            else if (!name.SequenceEqual("resourceType"u8))
            {
                PushFound(isSidecar ? -1 : i + 1, isSidecar ? i + 1 : hasSidecars ? FindSidecar(obj, name) : -1, null);
            }
        }
    }

    /// <summary>The type of a resource object, by its resourceType; null if it is none that the table knows.</summary>
    public StructureType? ResourceType(int obj)
    {
        var name = tape.Find(obj, "resourceType"u8);
        return tape.IsString(name) ? table.FindResource(Bytes(name)) : null;
    }

    private void PushOfOther(in PathItem item, ElementName name)
    {
        if (item.Kind == ItemKind.Absent)
            IsIncomplete = true;
        else if (item.Kind == ItemKind.TypeName && name.Text == "name")
            Push(MakeText(item.TypeName));
        else if (item.Kind == ItemKind.TypeName && name.Text == "namespace")
            Push(MakeText(item.IsWord ? "System"u8 : "FHIR"u8));
    }

    private void PushProperty(int obj, StructureProperty property, ElementName name)
    {
        var isPrimitive = property.Primitive != PrimitiveKind.None;
        var (value, sidecar) = (-1, -1);
        var row = tokens;
        var end = row[obj].Next;
        for (var i = obj + 1; i < end; i = row[i + 1].Next)
        {
            var hash = (uint)row[i].Next;
            if (hash == name.Hash && Same(i, name.Utf8))
            {
                value = i + 1;
                if (!isPrimitive || sidecar >= 0)
                    break;
            }
            else if (isPrimitive && hash == name.SidecarHash && Same(i, name.SidecarUtf8))
            {
                sidecar = i + 1;
                if (value >= 0)
                    break;
            }
        }
        if (value >= 0 || sidecar >= 0)
            PushFound(value, sidecar, property);
    }

    private void PushChoice(int obj, StructureType type, ChildTable.Child child)
    {
        var (value, sidecar) = (-1, -1);
        StructureProperty? property = null;
        var stem = child.Name;
        var end = tokens[obj].Next;
        for (var i = obj + 1; i < end; i = tokens[i + 1].Next)
        {
            var name = Bytes(i);
            if (name.StartsWith(stem) && type.Find((uint)tokens[i].Next, name) is { } found && found.Element == child.Element)
                (value, property) = (i + 1, found);
            else if (name is [(byte)'_', ..] && name[1..].StartsWith(stem) && type.Find(name[1..]) is { } beside
                && beside.Element == child.Element && beside.Primitive != PrimitiveKind.None)
                (sidecar, property) = (i + 1, property ?? beside);
        }
        if (property is not null)
            PushFound(value, sidecar, property);
    }

    private void PushUntyped(int obj, uint hash, ReadOnlySpan<byte> utf8, uint sidecarHash, ReadOnlySpan<byte> sidecarUtf8)
    {
        var (value, sidecar) = (-1, -1);
        for (var i = obj + 1; i < tokens[obj].Next; i = tokens[i + 1].Next)
        {
            if ((uint)tokens[i].Next == hash && Same(i, utf8))
                value = i + 1;
            else if ((uint)tokens[i].Next == sidecarHash && Same(i, sidecarUtf8))
                sidecar = i + 1;
        }
        if (value >= 0 || sidecar >= 0)
            PushFound(value, sidecar, null);
    }

    /// <summary>Pushes the one value or the items of the array, each with what is at its place in the array beside.</summary>
    private void PushFound(int value, int sidecar, StructureProperty? property)
    {
        if ((value < 0 || tokens[value].Kind != JsonKind.Array) && (sidecar < 0 || tokens[sidecar].Kind != JsonKind.Array))
        {
            PushOne(value, sidecar, property);
            return;
        }
        var isArray = value >= 0 && tokens[value].Kind == JsonKind.Array;
        var (at, end) = isArray ? (value + 1, tokens[value].Next) : (-1, -1);
        var isArrayBeside = sidecar >= 0 && tokens[sidecar].Kind == JsonKind.Array;
        var (beside, endBeside) = isArrayBeside ? (sidecar + 1, tokens[sidecar].Next) : (-1, -1);
        while ((at < end || beside < endBeside) && Step())
        {
            PushOne(at < end ? at : -1, beside < endBeside ? beside : -1, property);
            at = at < end ? tokens[at].Next : at;
            beside = beside < endBeside ? tokens[beside].Next : beside;
        }
    }

    private void PushOne(int value, int sidecar, StructureProperty? property)
    {
        if (value >= 0 && tokens[value].Kind == JsonKind.Null)
            value = -1;
        if (sidecar >= 0 && tokens[sidecar].Kind != JsonKind.Object)
            sidecar = -1;
        if (value < 0 && sidecar < 0)
            return;
        if (property is null)
            Push(PathItem.OfNode(value, sidecar, null, value < 0 ? PrimitiveKind.String : Guess(tokens[value])));
        else if (property.Primitive != PrimitiveKind.None)
            Push(PathItem.OfNode(value, sidecar, null, property.Primitive));
        else if (value >= 0)
            Push(PathItem.OfNode(value, -1, property.IsResource ? ResourceType(value) : property.Type, PrimitiveKind.None));
    }

    private static PrimitiveKind Guess(in JsonToken token) => token.Kind switch
    {
        JsonKind.String => PrimitiveKind.String,
        JsonKind.Number => PrimitiveKind.Decimal,
        JsonKind.True or JsonKind.False => PrimitiveKind.Boolean,
        _ => PrimitiveKind.None,
    };

    private bool Same(int name, ReadOnlySpan<byte> text) =>
        tokens[name].IsEscaped ? Bytes(name).SequenceEqual(text) : Raw(name).SequenceEqual(text);

    private bool HasSidecars(int obj)
    {
        for (var i = obj + 1; i < tokens[obj].Next; i = tokens[i + 1].Next)
            if (json[jsonStart + tokens[i].Start] == '_')
                return true;
        return false;
    }

    private int FindSidecar(int obj, ReadOnlySpan<byte> name)
    {
        for (var i = obj + 1; i < tokens[obj].Next; i = tokens[i + 1].Next)
            if (Bytes(i) is [(byte)'_', .. var bare] && bare.SequenceEqual(name))
                return i + 1;
        return -1;
    }
}
