using System.Collections.Immutable;

namespace FhirGateway.Organizations;

/// <summary>What a token may be used for: the one table of scopes, who may have which, and what is granted of what was asked for.</summary>
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

    /// <summary>Read what the participant holds, as FHIR resources; narrower ones (<c>system/Patient.rs</c>, <c>system/*.read</c>) are parts of it.</summary>
    public const string ResourcesRead = "system/*.rs";

    /// <summary>See how the gateway does.</summary>
    public const string Admin = "system/admin";

    /// <summary>All scopes, in the order in which they are advertised.</summary>
    public static readonly ImmutableArray<string> All = [IntakeWrite, BulkSubmit, StreamsRead, PanelWrite, ResourcesRead, Admin];

    /// <summary>All scopes that a role can have; a client without scopes of its own has them all. A participant sends its own panel.</summary>
    public static ImmutableArray<string> OfRole(ClientRole role) => role switch
    {
        ClientRole.Source => [IntakeWrite, BulkSubmit],
        ClientRole.Participant => [StreamsRead, PanelWrite, ResourcesRead],
        ClientRole.Operator => [Admin],
        _ => [],
    };

    /// <summary>
    /// What is granted of the scopes asked for, separated by spaces (RFC 6749 section 3.3): their intersection with
    /// <paramref name="allowed"/>, in the words of the request. Null where one is unknown or malformed; empty where nothing is left.
    /// </summary>
    public static ImmutableArray<string>? Grant(ImmutableArray<string> allowed, string asked)
    {
        var granted = new List<string>();
        foreach (var scope in asked.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (ResourceScope.Parse(scope) is { } resources)
                granted.AddRange(allowed.Select(ResourceScope.Parse).OfType<ResourceScope>().Select(resources.And).OfType<ResourceScope>().Select(s => s.ToString()));
            else if (!All.Contains(scope))
                return null;
            else if (allowed.Contains(scope))
                granted.Add(scope);
        }

        return [.. granted.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Whether granted scopes, separated by spaces, include one, or a part of it where it is over FHIR resources.</summary>
    public static bool Includes(string granted, string scope)
    {
        var scopes = granted.Split(' ');
        return ResourceScope.Parse(scope) is { } resources
            ? scopes.Any(g => ResourceScope.Parse(g)?.And(resources) is not null)
            : scopes.Contains(scope, StringComparer.Ordinal);
    }
}
