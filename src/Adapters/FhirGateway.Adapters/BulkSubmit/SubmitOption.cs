namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>A parameter of <c>metadata</c> or <c>import</c>, agreed out of band: kept for the operator, without effect on what is loaded.</summary>
public sealed record SubmitOption(string Url, string Value)
{
    public override string ToString() => $"SubmitOption({Url})";
}
