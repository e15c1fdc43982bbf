namespace FhirGateway.Normalization.Adt;

/// <summary>What a message about two patient identifiers, accounts or visits does with them.</summary>
public enum AdtMergeKind
{
    /// <summary>A18, A30, A34, A36, A39, A40: the retired identifier is the survivor's human.</summary>
    MergePatients = 1,

    /// <summary>A46, A47, A48: the identifier changed; there is one patient.</summary>
    ChangePatientId,

    /// <summary>A24: two identifiers are one human's and both stay in use.</summary>
    LinkPatients,

    /// <summary>A37.</summary>
    UnlinkPatients,

    /// <summary>A35, A41, A49: accounts; A44 moves one to another patient.</summary>
    MergeAccounts,
    MoveAccount,

    /// <summary>A42, A50, A51: the retired visit number is the survivor's visit; A45 moves a visit to another patient, A43 all that a patient has.</summary>
    MergeVisits,
    MoveVisit,
    MovePatient,
}
