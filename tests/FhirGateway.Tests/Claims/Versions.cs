using System.Text;
using FhirGateway.Claims;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.Tests.Normalization;

namespace FhirGateway.Tests.Claims;

/// <summary>Lines as versions of a claim, without a store.</summary>
internal static class Versions
{
    public static ClaimVersion Of(EobText line, string profile, long number)
    {
        var settings = new NormalizationSettings("payer-a", new KnownResources(), claims: ClaimRules.Of(new ClaimSettings { Profile = profile }));
        var resource = new ResourceNormalizer().Normalize(Encoding.UTF8.GetBytes(line.ToString()), settings).Resource!;
        return new ClaimVersion(number, resource.Id, 1, resource.Claim!, null, null);
    }

    /// <summary>How each stands, by published id.</summary>
    public static SortedDictionary<Guid, ClaimStanding> Stand(IReadOnlyList<ClaimVersion> versions)
    {
        var stands = new SortedDictionary<Guid, ClaimStanding>();
        var standings = ClaimLineage.Judge(versions);
        for (var i = 0; i < standings.Length; i++)
            stands.Add(versions[i].Id, standings[i]);
        return stands;
    }

    public static ClaimStanding Alone(ClaimVersion version) => ClaimLineage.Alone(version.Id, version.Facts);
}
