namespace FhirGateway.Adapters.BulkFhir;

/// <summary>How far a running export is.</summary>
/// <param name="Step">Which exchange, from 1.</param>
/// <param name="Steps">Exchanges known so far.</param>
/// <param name="Kind">What the exchange is for.</param>
/// <param name="Said">What the server says of its progress, printable ASCII; null while files are fetched.</param>
/// <param name="Files">How far the files are.</param>
public sealed record ExportProgress(int Step, int Steps, ExportStepKind Kind, string? Said, FetchProgress Files)
{
    /// <summary>In one line.</summary>
    public override string ToString() => Files.Files == 0
        ? $"exchange {Step} of {Steps} ({Kind}): {Said ?? "asked"}"
        : $"exchange {Step} of {Steps} ({Kind}): {Files.Fetched} of {Files.Files} files, {Files.Lines} lines, {Files.Bytes} bytes{(Files.Failed > 0 ? $", {Files.Failed} failed" : "")}";
}
