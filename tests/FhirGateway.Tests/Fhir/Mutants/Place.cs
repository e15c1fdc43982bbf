using System.Text.Json.Nodes;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Tests.Fhir.Mutants;

/// <summary>A value in a resource, with the element that defines it.</summary>
/// <param name="Pointer">Property names and array indexes from the top of the resource.</param>
/// <param name="Path">The same as a simple FHIRPath.</param>
/// <param name="Value">The value.</param>
/// <param name="Schema">The definition of what may be within the value.</param>
internal sealed record Place(object[] Pointer, string Path, JsonNode? Value, SchemaNode? Schema)
{
    /// <summary>Null for the top.</summary>
    public Place? Owner { get; init; }

    /// <summary>The element that the value is one of; null for the top.</summary>
    public ElementDefinition? Element { get; init; }

    /// <summary>The type of the value, e.g. <c>HumanName</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The property of the owner; empty for the top.</summary>
    public string Property { get; init; } = "";

    /// <summary>Position in the array, or -1.</summary>
    public int Item { get; init; } = -1;

    /// <summary>The path without the position in the array.</summary>
    public string ArrayPath => Item < 0 ? Path : Path[..Path.LastIndexOf('[')];

    public bool IsPrimitive => char.IsAsciiLetterLower(Type[0]) && Type != "xhtml";

    /// <summary>The same place in a copy of the resource.</summary>
    public JsonNode? In(JsonNode root) => Locate(root, Pointer);

    /// <summary>The object that holds the property, in a copy of the resource.</summary>
    public JsonObject OwnerIn(JsonNode root) => (JsonObject)Locate(root, Owner!.Pointer)!;

    private static JsonNode? Locate(JsonNode? node, object[] pointer)
    {
        foreach (var step in pointer)
            node = step is string name ? node![name] : node![(int)step];
        return node;
    }
}
