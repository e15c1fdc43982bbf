using System.Collections.Concurrent;
using System.Collections.Immutable;
using FhirGateway.Fhir.Packages;
using FhirGateway.Labels;
using FhirGateway.Normalization;
using FhirGateway.Normalization.Adt;
using FhirGateway.Normalization.FhirMessages;
using FhirGateway.Organizations;
using FhirGateway.Validation;

namespace FhirGateway.Processing;

/// <summary>What the pure stages need of each source, made once per version of it.</summary>
/// <param name="lookup">What is known of its resources.</param>
/// <param name="packages">FHIR packages beside the built-in ones; null for none.</param>
public sealed class SourceSettings(IReferenceLookup lookup, IPackageSource? packages = null)
{
    private readonly ProfileSets profiles = new(packages);
    private readonly ConcurrentDictionary<string, (Source Source, Settings Settings)> made = new(StringComparer.Ordinal);

    public Settings Of(Source source)
    {
        if (made.TryGetValue(source.Id, out var known) && ReferenceEquals(known.Source, source))
            return known.Settings;
        var settings = new Settings(
            new NormalizationSettings(source.Id, lookup, source.BaseUrls, source.MemberSystem, ClaimRules.Of(source.Claims)),
            AdtFeedSettings.Of(source),
            new SensitivePlaces(source.SensitiveFacilities, source.SensitiveUnits, source.SensitiveServices),
            new ValidationSettings(profiles.Of(source.Profiles), source.HoldsProfileErrors),
            GroundOf(source, null));
        settings = settings with { FhirMessages = FhirMessagesOf(source, settings) };
        made[source.Id] = (source, settings);
        return settings;
    }

    /// <summary>The settings for a submission whose references have a FHIR base URL of their own.</summary>
    public Settings Of(Source source, string? fhirBaseUrl)
    {
        var settings = Of(source);
        return fhirBaseUrl is null || source.BaseUrls.Contains(fhirBaseUrl) ? settings : settings with
        {
            Bulk = new NormalizationSettings(source.Id, lookup, [.. source.BaseUrls, fhirBaseUrl], source.MemberSystem, ClaimRules.Of(source.Claims)),
            Ground = GroundOf(source, fhirBaseUrl),
        };
    }

    private static FhirMessageSettings FhirMessagesOf(Source source, Settings settings) => new()
    {
        Normalization = settings.Bulk,
        Feed = settings.Adt,
        Facilities = source.Facilities,
        Authorities = source.Feed.AuthoritySystems.DistinctBy(a => a.Uri).ToImmutableDictionary(a => a.Uri, a => a.Namespace),
    };

    /// <summary>Everything of a source and a submission that decides what becomes of a line.</summary>
    private byte[] GroundOf(Source source, string? fhirBaseUrl) => LineMark.Ground(string.Join('\n', [
        source.Id, source.MemberSystem ?? "", $"{source.HoldsProfileErrors}", fhirBaseUrl ?? "",
        source.Claims.Profile, $"{source.Claims.IsLedger}", .. source.Claims.Keys, "",
        .. source.BaseUrls, "", .. source.Profiles, "", .. profiles.Of(source.Profiles).Missing,
    ]));

    /// <summary>Resources were removed: answers of the lookup may be stale.</summary>
    public void ForgetReferences() => lookup.Forget();

    /// <summary>The settings of one source, for bulk, messages, labels and validation; Ground is what the marks of its lines begin with.</summary>
    public sealed record Settings(NormalizationSettings Bulk, AdtFeedSettings Adt, SensitivePlaces Places, ValidationSettings Validation, byte[] Ground)
    {
        /// <summary>For FHIR messages.</summary>
        public FhirMessageSettings FhirMessages { get; init; } = new() { Normalization = Bulk, Feed = Adt };
    }
}
