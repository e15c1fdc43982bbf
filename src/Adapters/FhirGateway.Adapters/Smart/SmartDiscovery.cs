using FhirGateway.Adapters.Egress;

namespace FhirGateway.Adapters.Smart;

/// <summary>Fetches the SMART configuration of a FHIR server.</summary>
public sealed class SmartDiscovery(EgressClient egress)
{
    private const int MostBytes = 256 * 1024;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    /// <summary>Throws <see cref="SmartException"/> where it is absent, unreadable or cannot be reached.</summary>
    /// <param name="fhirUrl">Base URL of the FHIR server.</param>
    /// <param name="allowance">Where requests for it may go.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<SmartConfiguration> GetAsync(Uri fhirUrl, EgressAllowance allowance, CancellationToken cancellationToken)
    {
        var url = new Uri(fhirUrl.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/.well-known/smart-configuration");
        var request = EgressRequest.Get(url) with
        {
            Headers = [new EgressHeader("Accept", "application/json"), new EgressHeader("Accept-Encoding", "gzip")],
            Deadline = Deadline,
            Redirects = EgressRedirects.SameOrigin,
        };
        try
        {
            await using var response = await egress.SendAsync(request, allowance, cancellationToken);
            if (!response.IsSuccess)
                throw Unusable(url, $"status {response.Status}", response);
            return SmartConfiguration.Read(await response.ReadAsync(MostBytes, cancellationToken))
                ?? throw new SmartException(SmartFaultCode.Discovery, $"{EgressUrl.Shown(url)}: not one JSON object with distinct member names");
        }
        catch (EgressException e)
        {
            throw new SmartException(e.IsTransient ? SmartFaultCode.Unavailable : SmartFaultCode.Discovery, e.Message, e) { RetryAfter = e.RetryAfter };
        }
    }

    private static SmartException Unusable(Uri url, string reason, EgressResponse response) =>
        new(response.Status is 429 or >= 500 ? SmartFaultCode.Unavailable : SmartFaultCode.Discovery, $"{EgressUrl.Shown(url)}: {reason}") { RetryAfter = response.RetryAfter };
}
