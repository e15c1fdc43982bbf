using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Rules;

/// <summary>Resolves a reference within its Bundle (bundle.html#references).</summary>
internal static class BundleReference
{
    /// <summary>Finds the entry that a reference in another entry leads to.</summary>
    /// <param name="tape">The Bundle.</param>
    /// <param name="index">Its entries.</param>
    /// <param name="from">The entry with the reference.</param>
    /// <param name="reference">Its text.</param>
    /// <param name="target">The entry found, or -1.</param>
    public static BundleMatch Find(JsonTape tape, BundleIndex index, BundleEntry from, ReadOnlySpan<byte> reference, out int target)
    {
        target = -1;
        var fragment = reference.IndexOf((byte)'#');
        if (fragment >= 0)
            reference = reference[..fragment];
        if (reference.IsEmpty)
            return BundleMatch.NoForm;
        if (UriText.IsAbsolute(reference))
            return FindUrl(index, reference, out target);
        if (!UriText.TryReadRestful(reference, out var parts))
            return BundleMatch.NoForm;
        var url = from.FullUrl < 0 ? default : tape.Bytes(from.FullUrl);
        if (UriText.TryReadRestful(url, out var own) && !own.IsRelative)
        {
            Span<byte> full = stackalloc byte[512];
            var length = own.TypeAt + reference.Length;
            if (length > full.Length)
                return BundleMatch.NoForm;
            own.Base(url).CopyTo(full);
            reference.CopyTo(full[own.TypeAt..]);
            var match = FindUrl(index, full[..length], out target);
            if (match != BundleMatch.None)
                return match;
        }
        return index.FindId(parts.TypeAndId(reference)) >= 0 ? BundleMatch.OtherUrl : BundleMatch.None;
    }

    private static BundleMatch FindUrl(BundleIndex index, ReadOnlySpan<byte> url, out int target)
    {
        target = index.FindUrl(url);
        if (target >= 0)
            return index.FindUrlAfter(url, target) >= 0 ? BundleMatch.Several : BundleMatch.One;
        var history = url.IndexOf("/_history/"u8);
        if (history < 0)
            return BundleMatch.None;
        var version = url[(history + 10)..];
        for (var i = index.FindUrl(url[..history]); i >= 0; i = index.FindUrlAfter(url[..history], i))
        {
            if (!index.HasVersion(i, version))
                continue;
            if (target >= 0)
                return BundleMatch.Several;
            target = i;
        }
        return target >= 0 ? BundleMatch.One : BundleMatch.None;
    }
}
