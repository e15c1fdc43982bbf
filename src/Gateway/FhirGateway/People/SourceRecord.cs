namespace FhirGateway.People;

/// <summary>A human as one source, roster, panel or opt-out file knows it, and the person it is linked to.</summary>
/// <param name="Number">Number inside the state store.</param>
/// <param name="Kind">Where it comes from.</param>
/// <param name="Owner">Number of the source; of the participant for <see cref="RecordKind.Panel"/>.</param>
/// <param name="Key">The owner's id of the human: Patient.id, authority|value, member id, local id.</param>
/// <param name="Person">The link.</param>
/// <param name="Demographics">Key of family, given, birth date, sex and ZIP if all are present.</param>
/// <param name="Facts">Fingerprint of the facts that it was last matched with; 0 before any.</param>
public sealed record SourceRecord(
    long Number, RecordKind Kind, int Owner, string Key, PersonId Person, DemographicKey? Demographics, long Facts)
{
    /// <summary>The <see cref="Facts"/> of a row that its list no longer names: it keeps its link and is no candidate for others.</summary>
    public const long Retired = 0;

    /// <summary>The same number on several records of one source: the source itself said that they are one human. Null where it said nothing.</summary>
    public long? Human { get; init; }

    /// <summary>Year of birth, where known: what tells a mother from her newborn.</summary>
    public int? Born { get; init; }

    public override string ToString() => $"SourceRecord({Number}, {Kind})";
}
