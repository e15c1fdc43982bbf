using FhirGateway.Normalization;

namespace FhirGateway.Labels;

/// <summary>A code that marks what carries it, while it is in force.</summary>
internal sealed record SensitiveCode(string System, byte[] Code, DateOnly? First, DateOnly? Last, SensitivityLabel Label)
{
    /// <summary>In force on a day of the service; a service without a date could be of any day.</summary>
    public bool Applies(ServicePeriod service) =>
        (Last is not { } last || service.Start is not { } start || start <= last)
        && (First is not { } first || service.End is not { } end || end >= first);
}
