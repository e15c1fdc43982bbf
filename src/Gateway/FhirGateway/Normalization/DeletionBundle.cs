using System.Collections.Immutable;
using System.Text;
using FhirGateway.Contracts;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Normalization;

/// <summary>
/// Reads a line of a file of deletions: a Bundle whose entries ask to DELETE (Bulk Data, "deleted" of the manifest). Only
/// resources of the same source can be named by it.
/// </summary>
public static class DeletionBundle
{
    /// <summary>Finding for an entry that is no deletion of one resource.</summary>
    public const string BadEntry = "error deletion-entry";

    /// <summary>Types and source ids to delete, and how many entries ask for something else; or why the line is no such Bundle.</summary>
    /// <param name="line">UTF-8 JSON.</param>
    /// <param name="tape">Reused; holds the line afterwards.</param>
    /// <param name="settings">Those of the source.</param>
    public static (ImmutableArray<(string Type, string Id)> Deletions, int BadEntries, Rejection? Rejection) Read(
        ReadOnlyMemory<byte> line, JsonTape tape, NormalizationSettings settings)
    {
        var fault = tape.Read(line);
        if (!fault.IsNone)
            return ([], 0, new Rejection(ResourceNormalizer.ReasonOf(fault.Code), null, fault.Position));
        if (tape.FindText(0, "resourceType"u8) is not { } type)
            return ([], 0, new Rejection(ReasonCodes.NotAResource, "resourceType", 0));
        if (type != "Bundle")
            return ([], 0, new Rejection(ReasonCodes.TypeMismatch, "resourceType", 0));
        var deletions = ImmutableArray.CreateBuilder<(string, string)>();
        var bad = 0;
        var entries = tape.Find(0, "entry"u8);
        if (entries < 0 || tape[entries].Kind != JsonKind.Array)
            return ([], 0, null);
        for (var entry = entries + 1; entry < tape[entries].Next; entry = tape[entry].Next)
        {
            if (Target(tape, entry, settings) is { } target)
                deletions.Add(target);
            else
                bad++;
        }

        return (deletions.ToImmutable(), bad, null);
    }

    private static (string, string)? Target(JsonTape tape, int entry, NormalizationSettings settings)
    {
        var request = tape.Find(entry, "request"u8);
        if (tape.FindText(request, "method"u8) != "DELETE" || tape.FindText(request, "url"u8) is not { } url
            || url.Contains('?', StringComparison.Ordinal) || url.Contains("/_history", StringComparison.Ordinal))
            return null;
        return ReferenceResolver.Resolve(Encoding.UTF8.GetBytes(url.TrimStart('/')), settings);
    }
}
