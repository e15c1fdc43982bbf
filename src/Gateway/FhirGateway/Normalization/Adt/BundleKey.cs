using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>What a bundle's id is made of, beside its sender.</summary>
/// <param name="ControlId">MSH-10.</param>
/// <param name="Time">Time of the event: control ids wrap.</param>
/// <param name="Group">Which of the message's patients, from 0.</param>
internal readonly record struct BundleKey(string ControlId, Hl7DateTime Time, int Group)
{
    public string Of(AdtScope scope) => Group == 0
        ? $"{scope.Facility}|{ControlId}|{scope.DateTime(Time)}"
        : $"{scope.Facility}|{ControlId}|{scope.DateTime(Time)}|{Group + 1}";
}
