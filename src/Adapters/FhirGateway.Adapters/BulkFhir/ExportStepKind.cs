namespace FhirGateway.Adapters.BulkFhir;

/// <summary>What one exchange of an export job is for. The names are in the job's detail.</summary>
public enum ExportStepKind
{
    /// <summary>Data, all of them or those since an instant.</summary>
    Data,

    /// <summary>The ids of the members of the group now: nothing of it is accepted as data.</summary>
    Members,

    /// <summary>All data of members that are new to the group.</summary>
    NewMembers,

    /// <summary><c>$provider-member-match</c>: the payer finds the patients of a panel among its members.</summary>
    Match,
}
