using System.Collections.Immutable;
using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>Who cares for the patient beyond the visit, by NPI: PD1-4, and ROL or PRT of a primary care provider.</summary>
internal static class CareProviders
{
    private const int Most = 16;

    public static ImmutableArray<string> Read(Hl7Message message)
    {
        var found = ImmutableArray.CreateBuilder<string>();
        Add(message.First("PD1").Field(4));
        for (var role = message.First("ROL"); role.Exists; role = role.NextSame())
            if (IsPrimary(role.Field(3)))
                Add(role.Field(4));
        for (var part = message.First("PRT"); part.Exists; part = part.NextSame())
            if (IsPrimary(part.Field(4)))
                Add(part.Field(5));
        return found.ToImmutable();

        void Add(Hl7Value field)
        {
            foreach (var repetition in field.Repetitions)
            {
                var staff = new StaffName(repetition);
                if (found.Count < Most && NpiOf(staff) is { } npi && !found.Contains(npi))
                    found.Add(npi);
            }
        }
    }

    /// <summary>Marked as an NPI, or without any mark of another kind and one by its check digit.</summary>
    private static string? NpiOf(StaffName staff) =>
        staff.Id is { } id && Organizations.Npi.IsValid(id) && (IdentifierSystems.IsNpi(staff) || (staff.IdType.IsEmpty && staff.Authority.IsEmpty)) ? id : null;

    private static bool IsPrimary(Hl7Value role) => role.TextOf(1) is "PP" or "PCP" or "FHCP";
}
