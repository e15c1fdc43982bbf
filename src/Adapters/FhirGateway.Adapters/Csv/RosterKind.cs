namespace FhirGateway.Adapters.Csv;

/// <summary>What a table of people is.</summary>
public enum RosterKind
{
    /// <summary>A payer's attributions: <c>member_id</c> and <c>start</c> are required.</summary>
    Roster = 1,

    /// <summary>A participant's own list: <c>local_id</c> is required.</summary>
    Panel = 2,

    /// <summary>Choices about a source's data: <c>member_id</c> is required.</summary>
    OptOut = 3,
}
