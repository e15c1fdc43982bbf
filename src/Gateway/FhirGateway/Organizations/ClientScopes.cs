using System.Collections.Immutable;

namespace FhirGateway.Organizations;

/// <summary>What a token may be used for. Every scope belongs to exactly one role.</summary>
public static class ClientScopes
{
    /// <summary>Send bulk files, rosters and opt-outs.</summary>
    public const string IntakeWrite = "system/intake.write";

    /// <summary>The operation <c>$bulk-submit</c> (Argonaut bulk submit).</summary>
    public const string BulkSubmit = "system/bulk-submit";

    /// <summary>Send the participant's own panel.</summary>
    public const string PanelWrite = "system/panel.write";

    /// <summary>Read the participant's own streams.</summary>
    public const string StreamsRead = "system/streams.read";

    /// <summary>See how the gateway does.</summary>
    public const string Admin = "system/admin";

    /// <summary>All scopes, in the order in which they are advertised.</summary>
    public static readonly ImmutableArray<string> All = [IntakeWrite, BulkSubmit, StreamsRead, PanelWrite, Admin];

    /// <summary>All scopes that a role can have; a client without scopes of its own has them all. A participant sends its own panel.</summary>
    public static ImmutableArray<string> OfRole(ClientRole role) => role switch
    {
        ClientRole.Source => [IntakeWrite, BulkSubmit],
        ClientRole.Participant => [StreamsRead, PanelWrite],
        ClientRole.Operator => [Admin],
        _ => [],
    };
}
