namespace FhirGateway.Adapters.BulkFhir;

/// <summary>The names that NDJSON of FHIR goes by.</summary>
public static class NdjsonFormat
{
    /// <summary>Whether a media type, with or without parameters, is NDJSON (Bulk Data, <c>_outputFormat</c>).</summary>
    public static bool IsNdjson(string mediaType)
    {
        var end = mediaType.IndexOf(';', StringComparison.Ordinal);
        var name = (end < 0 ? mediaType : mediaType[..end]).Trim();
        return name.Equals("application/fhir+ndjson", StringComparison.OrdinalIgnoreCase)
            || name.Equals("application/ndjson", StringComparison.OrdinalIgnoreCase)
            || name.Equals("application/x-ndjson", StringComparison.OrdinalIgnoreCase)
            || name.Equals("ndjson", StringComparison.OrdinalIgnoreCase);
    }
}
