using System.Text;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Profiles;

/// <summary>Compares texts with the UTF-8 that they are in a resource, so that a look-up makes no string.</summary>
internal sealed class Utf8KeyComparer : IEqualityComparer<string>, IAlternateEqualityComparer<ReadOnlySpan<byte>, string>
{
    public static readonly Utf8KeyComparer Instance = new();

    public bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.Ordinal);

    public int GetHashCode(string obj) => (int)JsonText.Hash(Encoding.UTF8.GetBytes(obj));

    public bool Equals(ReadOnlySpan<byte> alternate, string other)
    {
        if (alternate.Length < other.Length)
            return false;
        if (alternate.Length == other.Length)
            return Ascii.Equals(alternate, other) || (!Ascii.IsValid(other) && Encoding.UTF8.GetString(alternate) == other);
        return !Ascii.IsValid(other) && Encoding.UTF8.GetString(alternate) == other;
    }

    public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)JsonText.Hash(alternate);

    public string Create(ReadOnlySpan<byte> alternate) => Encoding.UTF8.GetString(alternate);
}
