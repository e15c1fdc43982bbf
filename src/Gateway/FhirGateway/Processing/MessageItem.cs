using System.Collections.Immutable;
using FhirGateway.Episodes;
using FhirGateway.FeedHealth;
using FhirGateway.Hl7v2;
using FhirGateway.Journal;
using FhirGateway.Normalization.Adt;

namespace FhirGateway.Processing;

/// <summary>One message after the pure stages: its events with their labels, or the reason to hold it.</summary>
public sealed record MessageItem
{
    public required JournaledEntry Entry { get; init; }

    /// <summary>Hash of source, MSH-10 and bytes: the same message again has the same.</summary>
    public required Guid Fingerprint { get; init; }

    /// <summary>Hash of source and MSH-10 alone.</summary>
    public Guid ControlKey { get; init; }
    public required string Sha256 { get; init; }

    /// <summary>One a patient group of the message, in its order; most messages have one. A message that is held may have one, too: what it says of the person.</summary>
    public ImmutableArray<AdtEvent> Events { get; init; } = [];

    /// <summary>How its bytes were read, and what decided that, for the record of its acceptance; null where they were not.</summary>
    public string? ReadAs { get; init; }
    public string Labels { get; init; } = "";

    /// <summary>How its visit is going to stand with it, as its Bundle says; null if it went by the message alone.</summary>
    public ExpectedVisit? Expected { get; init; }

    /// <summary>A code of <see cref="Contracts.ReasonCodes"/> where the message is held.</summary>
    public string? Reason { get; init; }
    public string Detail { get; init; } = "";
    public string? Trigger { get; init; }

    /// <summary>MSH-4.1; empty where it has none.</summary>
    public string Facility { get; init; } = "";

    /// <summary>Codes that are in no table.</summary>
    public ImmutableArray<UnmappedCode> Unmapped { get; init; } = [];

    /// <summary>Fields that were lost or could not be taken as they are.</summary>
    public ImmutableArray<FieldFault> Faults { get; init; } = [];

    /// <summary>How its characters were read; null where they were not.</summary>
    public Hl7Charset? Charset { get; init; }

    /// <summary>What its feed is told once the transaction that worked it through has committed; set by that transaction.</summary>
    internal FeedFact? Feed { get; set; }

    /// <summary>Converts one of its events again, knowing the visit.</summary>
    public Func<AdtKnown, AdtEvent?>? Again { get; init; }

    public override string ToString() => $"MessageItem({Entry.Id}, {Trigger})";
}
