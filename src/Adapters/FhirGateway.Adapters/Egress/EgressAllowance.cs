using System.Collections.Immutable;
using FhirGateway.Organizations;

namespace FhirGateway.Adapters.Egress;

/// <summary>Where requests on behalf of one owner may go. What is not listed is refused.</summary>
/// <param name="Owner">Id of the source, participant or part for which requests are made; limits and connections are per owner.</param>
/// <param name="Origins">Allowed over https to public addresses.</param>
/// <param name="OperatorOrigins">Written down by the operator: allowed also over http, to loopback and to private addresses.</param>
public sealed record EgressAllowance(string Owner, ImmutableArray<EgressOrigin> Origins, ImmutableArray<EgressOrigin> OperatorOrigins)
{
    /// <summary>What a source's connection allows: its FHIR server, its token endpoint, and the origins that the operator named.</summary>
    public static EgressAllowance Of(string owner, SourceConnection connection) =>
        new(owner, Read([connection.FhirUrl, connection.TokenUrl]), ReadOrigins(connection.AllowedOrigins));

    /// <summary>One URL that was registered (a key set, a notification endpoint) and the origins that the operator named.</summary>
    public static EgressAllowance Of(string owner, Uri url, ImmutableArray<string> operatorOrigins) =>
        new(owner, [EgressOrigin.Of(url)], ReadOrigins(operatorOrigins));

    public bool Allows(Uri url) => Judge(url) != EgressReach.Nowhere;

    internal EgressReach Judge(Uri url)
    {
        var origin = EgressOrigin.Of(url);
        if (OperatorOrigins.Contains(origin))
            return EgressReach.PrivateToo;
        return origin.IsHttps && Origins.Contains(origin) ? EgressReach.PublicOnly : EgressReach.Nowhere;
    }

    private static ImmutableArray<EgressOrigin> Read(IEnumerable<string?> urls) =>
        [.. urls.Select(u => EgressUrl.TryRead(u, out var url, out _) ? EgressOrigin.Of(url) : (EgressOrigin?)null).OfType<EgressOrigin>().Distinct()];

    private static ImmutableArray<EgressOrigin> ReadOrigins(ImmutableArray<string> texts) => texts.IsDefault
        ? []
        : [.. texts.Select(t => EgressOrigin.TryParse(t, out var origin) ? origin : (EgressOrigin?)null).OfType<EgressOrigin>().Distinct()];
}
