using FhirGateway.Contracts;
using FhirGateway.Release;

namespace FhirGateway.Processing;

/// <summary>What filters look at, from a visit as it is stored and what is told of it.</summary>
internal static class FilteredEvents
{
    public static FilteredEvent Of(StoredResource visit, string type, AdtEntry? entry) =>
        new(type, entry?.Class, entry?.Facility, visit.Care?.BirthDate, visit.Service.Start);
}
