namespace FhirGateway.Journal;

/// <summary>What a journal entry holds. The numbers are in the files: never reuse one.</summary>
public enum EntryKind : byte
{
    /// <summary>One HL7v2 message, raw bytes.</summary>
    Hl7v2Message = 1,

    /// <summary>A bulk submission: the content is <see cref="SpooledFiles"/> as JSON, the bytes lie synced in the spool.</summary>
    Submission = 2,

    /// <summary>One FHIR message: a Bundle, raw bytes.</summary>
    FhirMessage = 3,
}
