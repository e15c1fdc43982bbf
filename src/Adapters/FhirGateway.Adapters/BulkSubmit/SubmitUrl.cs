using FhirGateway.Adapters.Egress;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>URLs that a sender names: what may be tried at all. Whether they are gone to is the egress policy's decision.</summary>
internal static class SubmitUrl
{
    public const int MostCharacters = 8192;

    /// <summary>An absolute http or https URL as the egress client takes it, without a fragment.</summary>
    public static bool IsGood(string text) => !text.Contains('#', StringComparison.Ordinal) && EgressUrl.TryRead(text, out _, out _);

    /// <summary>Scheme, host and path: what may be shown and logged. The query may hold a signature.</summary>
    public static string Shown(string url) => EgressUrl.TryRead(url, out var parsed, out _) ? EgressUrl.Shown(parsed) : "";
}
