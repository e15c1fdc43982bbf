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
        foreach (var name in (ReadOnlySpan<string>)["ROL", "PRT"])
            for (var segment = message.First(name); segment.Exists; segment = segment.NextSame())
                if (RoleSegment.Of(segment) is var role && role.IsPrimaryCare(message))
                    Add(role.Persons);
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
}
