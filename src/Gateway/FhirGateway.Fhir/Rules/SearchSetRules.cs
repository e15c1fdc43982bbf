using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.Rules;

/// <summary>The answer to a search (search.html#modes, bundle.html#searchset): matches are of the type searched for, and have ids.</summary>
internal static class SearchSetRules
{
    public static void Check(RuleReport report, int bundle, BundleIndex index)
    {
        var tape = report.Tape;
        var self = SelfUrl(tape, bundle);
        if (self < 0)
            report.Warning(bundle, "invalid", "search-self", "The answer to a search has a link self that says what was searched for");
        for (var i = 0; i < index.Count; i++)
        {
            var entry = index[i];
            if (entry.Resource < 0)
            {
                report.Error(entry.Token, "invalid", "search-resource", "Each entry of the answer to a search has a resource");
                continue;
            }
            var mode = tape.Find(tape.Find(entry.Token, "search"u8), "mode"u8);
            if (tape.Is(mode, "match"u8))
                CheckMatch(report, entry, self);
            else if (tape.Is(mode, "include"u8))
                CheckId(report, entry);
            else if (tape.Is(mode, "outcome"u8) && !tape.Is(tape.Find(entry.Resource, "resourceType"u8), "OperationOutcome"u8))
                report.Error(entry.Resource, "invalid", "search-outcome", "An entry with mode outcome is an OperationOutcome");
        }
    }

    private static void CheckMatch(RuleReport report, BundleEntry entry, int self)
    {
        CheckId(report, entry);
        var tape = report.Tape;
        if (self >= 0 && !IsSearched(tape.Bytes(self), tape.FindBytes(entry.Resource, "resourceType"u8)))
            report.Error(entry.Resource, "invalid", "search-type", "A match is of a type that was searched for, as the link self says");
    }

    private static void CheckId(RuleReport report, BundleEntry entry)
    {
        if (!report.Tape.Has(entry.Resource, "id"u8))
            report.Error(entry.Resource, "invalid", "search-id", "What a search finds has an id");
    }

    private static int SelfUrl(JsonTape tape, int bundle)
    {
        foreach (var link in tape.Items(bundle, "link"u8))
            if (tape.Is(tape.Find(link, "relation"u8), "self"u8) && tape.Find(link, "url"u8) is >= 0 and var url && tape.IsString(url))
                return url;
        return -1;
    }

    /// <summary>[base]/[type]?..., or [base]?_type=[type],[type]; true if the URL says nothing about types.</summary>
    private static bool IsSearched(ReadOnlySpan<byte> url, ReadOnlySpan<byte> type)
    {
        var query = url.IndexOf((byte)'?');
        var path = query < 0 ? url : url[..query];
        var last = path[(path.LastIndexOf((byte)'/') + 1)..];
        if (StructureTable.R4.IsResourceType(last))
            return last.SequenceEqual(type);
        if (query < 0)
            return true;
        var rest = url[(query + 1)..];
        var isFound = true;
        foreach (var range in rest.Split((byte)'&'))
        {
            var parameter = rest[range];
            if (!parameter.StartsWith("_type="u8))
                continue;
            var types = parameter[6..];
            isFound = false;
            foreach (var item in types.Split((byte)','))
                if (types[item].SequenceEqual(type))
                    return true;
        }
        return isFound;
    }
}
