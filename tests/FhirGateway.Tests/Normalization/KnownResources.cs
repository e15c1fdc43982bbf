using FhirGateway.Normalization;

namespace FhirGateway.Tests.Normalization;

/// <summary>A lookup over what a test says is known.</summary>
internal sealed class KnownResources : IReferenceLookup
{
    public Dictionary<(string Source, string Id), string> Types { get; } = [];
    public Dictionary<(string Source, string Type, string System, string Value), string> Ids { get; } = [];

    public string? FindTypeOfId(string source, string id) => Types.GetValueOrDefault((source, id));

    public string? FindIdByIdentifier(string source, string type, string system, string value) => Ids.GetValueOrDefault((source, type, system, value));
}
