using System.Collections.Immutable;
using System.Text.Json;
using FhirGateway.Adapters.Identity;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>
/// Reads a Parameters resource of FHIR R4 strictly: one JSON object with distinct names, every parameter with a name and either one
/// value or parts (invariant inv-1).
/// </summary>
internal static class ParametersReader
{
    private const int MostParameters = 1000;
    private const int MostNameCharacters = 255;
    private const int MostDepth = 4;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>The parameters in their order, or why they cannot be read.</summary>
    public static ImmutableArray<ParameterNode> Read(ReadOnlyMemory<byte> body, out SubmitFault? fault)
    {
        fault = null;
        JsonElement root;
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            root = document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            fault = new SubmitFault(SubmitFault.BadRequest, "structure", $"The body is not JSON with distinct names: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
            return [];
        }

        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("resourceType", out var type) || StrictJson.Text(type, 64) != "Parameters")
        {
            fault = new SubmitFault(SubmitFault.BadRequest, "structure", "The body is not a Parameters resource: resourceType is not \"Parameters\"");
            return [];
        }

        if (!root.TryGetProperty("parameter", out var list))
        {
            fault = SubmitFault.Required("Parameters.parameter is missing: submitter and submissionId are required");
            return [];
        }

        var count = 0;
        return ReadList(list, "Parameters.parameter", 1, ref count, ref fault);
    }

    private static ImmutableArray<ParameterNode> ReadList(JsonElement list, string path, int depth, ref int count, ref SubmitFault? fault)
    {
        if (list.ValueKind != JsonValueKind.Array || depth > MostDepth)
        {
            fault = new SubmitFault(SubmitFault.BadRequest, "structure", $"{path} is not an array of parameters nested at most {MostDepth} deep");
            return [];
        }

        var nodes = ImmutableArray.CreateBuilder<ParameterNode>();
        foreach (var item in list.EnumerateArray())
        {
            if (++count > MostParameters)
            {
                fault = new SubmitFault(SubmitFault.BadRequest, "too-long", $"More than {MostParameters} parameters");
                return [];
            }

            if (ReadOne(item, $"{path}[{nodes.Count}]", depth, ref count, ref fault) is not { } node)
                return [];
            nodes.Add(node);
        }

        return nodes.ToImmutable();
    }

    private static ParameterNode? ReadOne(JsonElement item, string path, int depth, ref int count, ref SubmitFault? fault)
    {
        if (item.ValueKind != JsonValueKind.Object || StrictJson.Text(item, "name", MostNameCharacters) is not { } name)
        {
            fault = new SubmitFault(SubmitFault.BadRequest, "structure", $"{path} has no name");
            return null;
        }

        var type = "";
        JsonElement value = default;
        ImmutableArray<ParameterNode> parts = [];
        var isUsed = false;
        foreach (var property in item.EnumerateObject())
        {
            var isValue = property.Name.Length > 5 && property.Name.StartsWith("value", StringComparison.Ordinal) && char.IsAsciiLetterUpper(property.Name[5]);
            if (!isValue && property.Name is not ("part" or "resource"))
                continue;
            if (isUsed)
            {
                fault = new SubmitFault(SubmitFault.BadRequest, "structure", $"{path} has more than one of value[x], resource and part");
                return null;
            }

            isUsed = true;
            if (isValue)
                (type, value) = (property.Name[5..], property.Value);
            else if (property.Name == "part")
                parts = ReadList(property.Value, path + ".part", depth + 1, ref count, ref fault);
            if (fault is not null)
                return null;
        }

        return new ParameterNode(name, type, value, parts);
    }
}
