namespace FhirGateway.Adapters.BulkFhir;

/// <summary>Why a file was not taken, in words without query strings, header values or content.</summary>
/// <param name="Code">What differs.</param>
/// <param name="Detail">In words.</param>
public sealed record FileFault(FileFaultCode Code, string Detail)
{
    /// <summary>When the server wants to be asked again; null where it said nothing.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The same request may succeed later; what was received is kept for it.</summary>
    public bool IsTransient => Code is FileFaultCode.Busy or FileFaultCode.Unreachable or FileFaultCode.ServerError or FileFaultCode.TooSlow;
}
