namespace FhirGateway.Messages;

/// <summary>What an event is about.</summary>
public enum AdtSubject
{
    Nobody,

    /// <summary>One visit of one patient; one with PV1-2 N is about the patient only.</summary>
    Visit,

    /// <summary>A patient, whatever PV1 it carries.</summary>
    Person,

    /// <summary>Identifiers of patients, accounts or visits that turn out to be one, or move, or are linked.</summary>
    Merge,
}
