using System.Globalization;
using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Adapters.Egress;
using FhirGateway.Adapters.Smart;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>Reads a submitted manifest and the pages that it is linked over: none twice, within the limits (S-18).</summary>
internal sealed class SubmittedManifestReader(EgressClient egress, ManifestLimits limits)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <param name="manifest">What was submitted.</param>
    /// <param name="allowance">Where its source may lead us.</param>
    /// <param name="credential">Gives the token; null where the sender named no OAuth metadata.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<PageReading> ReadAsync(SubmittedManifest manifest, EgressAllowance allowance, CredentialProvider? credential, CancellationToken cancellationToken)
    {
        var pages = new ManifestPages(limits);
        for (var at = new Uri(manifest.Url); at is not null; at = pages.Next)
        {
            var (bytes, fault) = await GetAsync(at, manifest, allowance, credential, cancellationToken);
            if (fault is not null)
                return fault;
            var reading = ManifestReader.Read(bytes, limits);
            if ((reading.Fault ?? pages.Add(at, reading.Manifest!)) is { } broken)
                return PageReading.Failed(broken.Code == ManifestFaultCode.TooLarge ? "too-costly" : "structure", broken.ToString());
        }

        return new PageReading(pages.ToManifest(), null);
    }

    private async Task<(byte[] Bytes, PageReading? Fault)> GetAsync(
        Uri url, SubmittedManifest manifest, EgressAllowance allowance, CredentialProvider? credential, CancellationToken cancellationToken)
    {
        try
        {
            var token = credential is null ? null : await credential(null, cancellationToken);
            for (var isSecond = false; ; isSecond = true)
            {
                var request = EgressRequest.Get(url) with
                {
                    Headers = [.. manifest.Headers.Select(h => new EgressHeader(h.Name, h.Value)), .. AcceptOf(manifest)],
                    // A page at another origin gets no token: egress would refuse it, and rightly.
                    Credential = token is { } known && known.Origin.IsOf(url) ? known : null,
                    Redirects = EgressRedirects.SameOrigin,
                };
                await using var response = await egress.SendAsync(request, allowance, cancellationToken);
                if (response.Status == 200)
                    return (await response.ReadAsync(limits.MostBytes, cancellationToken), null);
                if (response.Status != 401 || request.Credential is null || isSecond)
                    return ([], FaultOf(response));
                token = await credential!(token, cancellationToken);
            }
        }
        catch (EgressException e)
        {
            return ([], PageReading.Failed(e.IsTransient ? "transient" : e.Code is EgressFaultCode.TooLarge or EgressFaultCode.RatioTooHigh ? "too-costly" : "security", e.Message)
                with { RetryAfter = e.IsTransient ? e.RetryAfter ?? Soon : null });
        }
        catch (SmartException e)
        {
            return ([], PageReading.Failed("login", e.Message) with { RetryAfter = e.IsTransient ? e.RetryAfter ?? Soon : null });
        }
    }

    private static IEnumerable<EgressHeader> AcceptOf(SubmittedManifest manifest) =>
        manifest.Headers.Any(h => h.Name.Equals("Accept", StringComparison.OrdinalIgnoreCase)) ? [] : [new EgressHeader("Accept", "application/json")];

    private static PageReading FaultOf(EgressResponse response)
    {
        var code = response.Status switch { 401 => "login", 403 => "forbidden", 404 or 410 => "not-found", _ => "transient" };
        var text = string.Create(CultureInfo.InvariantCulture, $"{EgressUrl.Shown(response.Url)}: HTTP {response.Status} instead of 200");
        var mayRetry = response.Status is 408 or 425 or 429 or >= 500;
        return PageReading.Failed(code, text) with { RetryAfter = mayRetry ? response.RetryAfter ?? Soon : null };
    }
}
