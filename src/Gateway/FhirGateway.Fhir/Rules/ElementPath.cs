using System.Globalization;
using System.Text;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.Rules;

/// <summary>Where a token stands: found from the outermost object down, only when there is something to report.</summary>
/// <param name="Text">As a simple FHIRPath; an unknown name is a question mark, since it may be data.</param>
/// <param name="Kind">The primitive type of the element; None if it is not one or not known.</param>
/// <param name="Owner">The type that has the element, e.g. <c>Coding</c>; empty if it is not known.</param>
internal readonly record struct ElementPath(string Text, PrimitiveKind Kind, string Owner)
{
    public static ElementPath Find(JsonTape tape, int target)
    {
        var type = ResourceType(tape, 0);
        var text = new StringBuilder(type?.Name ?? "?");
        var kind = PrimitiveKind.None;
        var owner = "";
        for (var at = 0; at != target && tape[at].Kind == JsonKind.Object;)
        {
            var name = NameAbove(tape, at, target);
            var property = FindProperty(type, tape, name);
            text.Append('.').Append(property?.Step ?? "?");
            kind = property?.Primitive ?? PrimitiveKind.None;
            owner = type?.Name ?? "";
            at = name + 1;
            if (target == name)
                break;
            while (tape[at].Kind == JsonKind.Array && at != target)
                at = Item(tape, at, target, text);
            type = property is { IsResource: true } ? ResourceType(tape, at) : property?.Type;
        }
        return new(text.ToString(), kind, owner);
    }

    private static StructureProperty? FindProperty(StructureType? type, JsonTape tape, int name)
    {
        if (type is null)
            return null;
        var text = tape.Bytes(name);
        return type.Find(text.StartsWith("_"u8) ? text[1..] : text);
    }

    private static StructureType? ResourceType(JsonTape tape, int obj)
    {
        var value = tape.Find(obj, "resourceType"u8);
        return tape.IsString(value) ? StructureTable.R4.FindResource(tape.Bytes(value)) : null;
    }

    private static int NameAbove(JsonTape tape, int obj, int target)
    {
        var name = obj + 1;
        while (tape[name + 1].Next <= target)
            name = tape[name + 1].Next;
        return name;
    }

    private static int Item(JsonTape tape, int array, int target, StringBuilder text)
    {
        var index = 0;
        var item = array + 1;
        for (; tape[item].Next <= target; item = tape[item].Next)
            index++;
        text.Append(CultureInfo.InvariantCulture, $"[{index}]");
        return item;
    }
}
