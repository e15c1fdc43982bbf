using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Adapters.Egress;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>A submitted manifest with all its pages, or why it cannot be had.</summary>
internal sealed record PageReading(BulkManifest? Manifest, ManifestFinding? Fault)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    [MemberNotNullWhen(true, nameof(Manifest))]
    [MemberNotNullWhen(false, nameof(Fault))]
    public bool IsRead => Manifest is not null;

    /// <summary>When the server wants to be asked again; null where the fault is no matter of time.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static PageReading Failed(string code, string text) => new(null, new ManifestFinding(null, code, text));

    /// <summary>A fault that may be over after a pause.</summary>
    public static PageReading Failed(string code, string text, bool isTransient, TimeSpan? retryAfter) =>
        Failed(code, text) with { RetryAfter = isTransient ? retryAfter ?? Soon : null };

    /// <summary>An answer other than the one that was wanted.</summary>
    public static PageReading Failed(EgressResponse response)
    {
        var code = response.Status switch { 401 => "login", 403 => "forbidden", 404 or 410 => "not-found", _ => "transient" };
        var text = string.Create(CultureInfo.InvariantCulture, $"{EgressUrl.Shown(response.Url)}: HTTP {response.Status} instead of 200");
        return Failed(code, text, response.Status is 408 or 425 or 429 or >= 500, response.RetryAfter);
    }

    public static PageReading Failed(EgressException e)
    {
        var code = e.IsTransient ? "transient" : e.Code is EgressFaultCode.TooLarge or EgressFaultCode.RatioTooHigh ? "too-costly" : "security";
        return Failed(code, e.Message, e.IsTransient, e.RetryAfter);
    }
}
