using System.Collections.Immutable;
using System.Globalization;

namespace FhirGateway.Release;

/// <summary>What a visit's message says of its patient that decides who is told of it, beside attributions.</summary>
/// <param name="BirthDate">For filters by age.</param>
/// <param name="CareNpis">NPIs of those who care for the patient beyond the visit: the PCP as the message names it.</param>
public sealed record CareFacts(DateOnly? BirthDate, ImmutableArray<string> CareNpis)
{
    /// <summary>As it is stored: the birth date, then the NPIs; empty where nothing is known.</summary>
    public string Encode() => string.Join(' ', CareNpis.Prepend(BirthDate?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "-"));

    public static CareFacts Decode(string text)
    {
        var parts = text.Split(' ');
        DateOnly? born = DateOnly.TryParseExact(parts[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
        return new CareFacts(born, [.. parts.Skip(1)]);
    }

    public bool Equals(CareFacts? other) => other is not null && BirthDate == other.BirthDate && CareNpis.AsSpan().SequenceEqual(other.CareNpis.AsSpan());

    public override int GetHashCode() => HashCode.Combine(BirthDate, CareNpis.Length);

    public override string ToString() => $"CareFacts({CareNpis.Length} NPIs)";
}
