using System.Collections.Immutable;

namespace FhirGateway.Labels;

/// <summary>The fields of an HL7v2 message that labels depend on, unescaped; null or empty where not sent.</summary>
public sealed record MessageFields
{
    /// <summary>MSH-4.1.</summary>
    public string? Facility { get; init; }

    /// <summary>PV1-3.1.</summary>
    public string? Unit { get; init; }

    /// <summary>PV1-10.1.</summary>
    public string? HospitalService { get; init; }

    /// <summary>PV1-16.1.</summary>
    public string? VipIndicator { get; init; }

    /// <summary>PV1-2.1.</summary>
    public string? PatientClass { get; init; }

    /// <summary>DG1-3, PR1-3, DRG-1: identifier and name of coding system (components 1 and 3, and 4 and 6).</summary>
    public ImmutableArray<(string Code, string? System)> Codes { get; init; } = [];

    /// <summary>Days of the event, for dated codes.</summary>
    public Normalization.ServicePeriod Service { get; init; }

    /// <summary>PID-7, if it has a day.</summary>
    public DateOnly? BirthDate { get; init; }

    /// <summary>The day of the event, for the patient's age; null for the first day of <see cref="Service"/>.</summary>
    public DateOnly? EventDay { get; init; }

    public override string ToString() => $"MessageFields({Codes.Length} codes)";
}
