namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>In which words a sender is answered. What it sends is taken in every spelling.</summary>
public enum SubmitDialect
{
    /// <summary>Bulk Data Access 4.0.0-ballot (2026): <c>outcome[]</c>, <c>countSeverity[]</c>, <c>submissionId</c> at the root.</summary>
    Ballot,

    /// <summary>The Argonaut draft of 2025, which the connectathon servers speak: <c>error[]</c> with an extension object.</summary>
    Argonaut2025,
}
