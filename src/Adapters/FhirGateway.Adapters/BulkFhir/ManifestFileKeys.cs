using System.Security.Cryptography;
using System.Text;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>
/// What makes a file of a manifest the same file when its link is signed anew: list, origin, path and the part of the query that
/// is no signature. Where two files of a manifest would be the same by that, the whole URL.
/// </summary>
internal static class ManifestFileKeys
{
    private static readonly HashSet<string> SignatureNames = new(StringComparer.OrdinalIgnoreCase)
    {
        // S3 and CloudFront, Azure Storage, and what servers of their own name it.
        "awsaccesskeyid", "signature", "expires", "policy", "key-pair-id", "googleaccessid",
        "sig", "se", "st", "sp", "sv", "sr", "spr", "sip", "skoid", "sktid", "skt", "ske", "sks", "skv",
        "token", "access_token", "hmac", "exp", "nonce",
    };

    /// <summary>One key per file, in hex, all of them different.</summary>
    public static string[] Of(IReadOnlyList<ManifestFile> files)
    {
        var loose = files.Select(f => Hash(f, Unsigned(f.Url))).ToArray();
        var times = loose.GroupBy(k => k, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        return [.. files.Select((f, i) => times[loose[i]] == 1 ? loose[i] : Hash(f, f.Url.AbsoluteUri))];
    }

    private static string Hash(ManifestFile file, string url) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{(int)file.Kind}\n{url}")));

    private static string Unsigned(Uri url)
    {
        var kept = url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Where(p => !IsSignature(p));
        return url.GetLeftPart(UriPartial.Path) + "?" + string.Join('&', kept.Order(StringComparer.Ordinal));
    }

    private static bool IsSignature(string parameter)
    {
        var end = parameter.IndexOf('=', StringComparison.Ordinal);
        var name = Uri.UnescapeDataString(end < 0 ? parameter : parameter[..end]);
        return SignatureNames.Contains(name)
            || name.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("x-goog-", StringComparison.OrdinalIgnoreCase);
    }
}
