using FhirGateway.Adapters.Egress;
using FhirGateway.Organizations;

namespace FhirGateway.Host.Commands;

/// <summary>What an operator should know of how a source is reached: said when it is set, and at every start.</summary>
internal static class ConnectionWarnings
{
    /// <summary>One line per allowed origin that is plain HTTP or on this machine.</summary>
    public static IEnumerable<string> Of(Source source)
    {
        foreach (var text in source.Connection.AllowedOrigins)
        {
            if (!EgressOrigin.TryParse(text, out var origin))
                continue;
            if (!origin.IsHttps)
                yield return $"Warning: source {source.Id} may be reached at {origin} without TLS: whoever is on the way reads tokens and data.";
            if (origin.Host is "localhost" or "::1" || origin.Host.StartsWith("127.", StringComparison.Ordinal))
                yield return $"Warning: source {source.Id} may lead the gateway to this machine, at {origin}.";
        }
    }
}
