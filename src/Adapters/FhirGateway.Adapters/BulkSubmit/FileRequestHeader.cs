namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>A header that the sender wants on every request for a manifest or file. Its value is a secret.</summary>
public sealed record FileRequestHeader(string Name, string Value)
{
    public override string ToString() => $"FileRequestHeader({Name})";
}
