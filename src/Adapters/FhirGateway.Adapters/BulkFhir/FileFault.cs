namespace FhirGateway.Adapters.BulkFhir;

/// <summary>Why a file was not taken, in words without query strings, header values or content.</summary>
/// <param name="Code">What differs.</param>
/// <param name="Detail">In words.</param>
public sealed record FileFault(FileFaultCode Code, string Detail)
{
    /// <summary>When the server wants to be asked again; null where it said nothing.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The same request may succeed later without anybody changing anything.</summary>
    public bool IsTransient => Code is FileFaultCode.Busy or FileFaultCode.Unreachable or FileFaultCode.ServerError or FileFaultCode.TooSlow;

    /// <summary>What was received is good as far as it goes, and kept for the same request later or for a fresh link to the same file.</summary>
    public bool KeepsPart => IsTransient || Code is FileFaultCode.LinkExpired or FileFaultCode.Unauthorized;
}
