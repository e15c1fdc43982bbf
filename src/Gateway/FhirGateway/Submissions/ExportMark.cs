namespace FhirGateway.Submissions;

/// <summary>Up to when a source's data of one type are here: the <c>_since</c> of the next export.</summary>
/// <param name="Type">Resource type; <see cref="AllTypes"/> where none was asked for.</param>
/// <param name="Since">The server's <c>transactionTime</c> as it wrote it; null where all of it is still missing.</param>
public readonly record struct ExportMark(string Type, string? Since)
{
    /// <summary>Every type for which there is no mark of its own.</summary>
    public const string AllTypes = "*";
}
