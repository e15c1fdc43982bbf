namespace FhirGateway.Quarantine;

/// <summary>An item held with its reason. It refers to journal or spool; it copies nothing.</summary>
public sealed record QuarantinedItem
{
    /// <summary>Number inside the state store.</summary>
    public long Number { get; init; }
    public required int Source { get; init; }

    /// <summary>Address of the journal entry.</summary>
    public required long Entry { get; init; }

    /// <summary>For bulk: file within the submission, line (from 1) and byte offset of the inflated file.</summary>
    public int File { get; init; }
    public long Line { get; init; }

    /// <summary>A code of <see cref="Contracts.ReasonCodes"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>Where in the item, and what a sender's engineer should know; no PHI.</summary>
    public string Detail { get; init; } = "";

    /// <summary>For messages the event (A02), to find what a newer version can release.</summary>
    public string? Event { get; init; }
}
