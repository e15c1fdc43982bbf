using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Adapters.Egress;
using FhirGateway.Adapters.Smart;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>Reads a submitted manifest and the pages that it is linked over: none twice, within the limits (S-18).</summary>
internal sealed class SubmittedManifestReader(EgressClient egress, ManifestLimits limits)
{
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
                    return ([], PageReading.Failed(response));
                token = await credential!(token, cancellationToken);
            }
        }
        catch (EgressException e)
        {
            return ([], PageReading.Failed(e));
        }
        catch (SmartException e)
        {
            return ([], PageReading.Failed("login", e.Message, e.IsTransient, e.RetryAfter));
        }
    }

    private static IEnumerable<EgressHeader> AcceptOf(SubmittedManifest manifest) =>
        manifest.Headers.Any(h => h.Name.Equals("Accept", StringComparison.OrdinalIgnoreCase)) ? [] : [new EgressHeader("Accept", "application/json")];
}
