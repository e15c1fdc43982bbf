using System.Globalization;

namespace FhirGateway.Fhir.Packages;

/// <summary>The order of package versions: numbers by value, a version with a label before the one without (semver.org 2.0.0, section 11).</summary>
public sealed class PackageVersionComparer : IComparer<string>
{
    public static readonly PackageVersionComparer Instance = new();

    private PackageVersionComparer()
    {
    }

    /// <summary>Whether a version is one that a dependency or a canonical asks for: the same, <c>latest</c>, <c>3.1.x</c>, or fewer parts.</summary>
    public static bool Matches(string version, string wanted)
    {
        if (version == wanted || wanted is "latest" or "current" or "dev" or "x" or "*" or "")
            return true;
        var parts = wanted.Split('.');
        var own = version.Split('-')[0].Split('.');
        if (parts.Length > own.Length)
            return false;
        for (var i = 0; i < parts.Length; i++)
            if (parts[i] is not ("x" or "*") && parts[i] != own[i])
                return false;
        return !version.Contains('-', StringComparison.Ordinal) || parts.Any(p => p is "x" or "*");
    }

    public int Compare(string? x, string? y)
    {
        var (left, right) = ((x ?? "").Split('-', 2), (y ?? "").Split('-', 2));
        var order = CompareParts(left[0], right[0]);
        if (order != 0)
            return order;
        if (left.Length != right.Length)
            return right.Length.CompareTo(left.Length);
        return left.Length == 1 ? 0 : CompareParts(left[1], right[1]);
    }

    private static int CompareParts(string x, string y)
    {
        var (left, right) = (x.Split('.'), y.Split('.'));
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            var order = ComparePart(left[i], right[i]);
            if (order != 0)
                return order;
        }
        return left.Length.CompareTo(right.Length);
    }

    /// <summary>Numbers by value and before words (semver.org 2.0.0, section 11.4).</summary>
    private static int ComparePart(string x, string y) =>
        (ulong.TryParse(x, NumberStyles.None, CultureInfo.InvariantCulture, out var a), ulong.TryParse(y, NumberStyles.None, CultureInfo.InvariantCulture, out var b)) switch
        {
            (true, true) => a.CompareTo(b),
            (true, false) => -1,
            (false, true) => 1,
            _ => string.CompareOrdinal(x, y),
        };
}
