using FhirGateway.Fhir.FhirPath;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Tests.Fhir.FhirPath;

/// <summary>Every element of a resource that is an object, with the resource that holds it and the one that is contained in none.</summary>
internal static class FhirPathElements
{
    public static IEnumerable<(FhirPathNode Node, FhirPathNode Resource, FhirPathNode Root)> Walk(JsonTape tape, FhirPathNode root) =>
        Walk(tape, root, root, root);

    private static IEnumerable<(FhirPathNode, FhirPathNode, FhirPathNode)> Walk(JsonTape tape, FhirPathNode node, FhirPathNode resource, FhirPathNode root)
    {
        yield return (node, resource, root);
        for (var name = node.Value + 1; name < tape[node.Value].Next; name = tape[name + 1].Next)
        {
            if (node.Type?.Find(tape.Bytes(name)) is not { Primitive: PrimitiveKind.None } property)
                continue;
            var isArray = tape[name + 1].Kind == JsonKind.Array;
            for (var i = isArray ? name + 2 : name + 1; i < tape[name + 1].Next; i = tape[i].Next)
            {
                var type = property.IsResource ? StructureTable.R4.FindResource(tape.Bytes(tape.Find(i, "resourceType"u8))) : property.Type;
                var child = FhirPathNode.Of(i, type);
                var holder = property.IsResource ? child : resource;
                var outermost = property.IsResource && property.Step != "contained" ? child : root;
                foreach (var inner in Walk(tape, child, holder, outermost))
                    yield return inner;
            }
        }
    }
}
