using System.Collections.Immutable;

namespace FhirGateway.Organizations;

/// <summary>An organisation that sends to us.</summary>
public sealed record Source
{
    /// <summary>Number inside the state store; 0 before it is added.</summary>
    public int Number { get; init; }
    public required string Id { get; init; }
    public required SourceKind Kind { get; init; }

    /// <summary>Values of MSH-4.1 that belong to it, compared without case.</summary>
    public ImmutableArray<string> Facilities { get; init; } = [];

    /// <summary>Names of the assigning authorities of its member ids; its own id where none is given. Compared without case.</summary>
    public ImmutableArray<string> Authorities { get; init; } = [];

    /// <summary>Identifier systems of its FHIR messages and the assigning authorities under which its HL7v2 messages send the same numbers.</summary>
    public ImmutableArray<AuthoritySystem> AuthoritySystems { get => field.IsDefault ? [] : field; init; } = [];

    /// <summary>FHIR base URLs under which its absolute references resolve.</summary>
    public ImmutableArray<string> BaseUrls { get; init; } = [];

    /// <summary>Packages of profiles that its resources are checked against, such as us-core@6.1.0; the default set if empty.</summary>
    public ImmutableArray<string> Profiles { get; init; } = [];

    /// <summary>Whether a bulk resource with a profile error is held. Messages never are.</summary>
    public bool HoldsProfileErrors { get; init; }

    /// <summary>URI of its member numbers, for those that it sends without a system; null if it sends one.</summary>
    public string? MemberSystem { get; init; }

    /// <summary>MSH-4, PV1-3.1 and PV1-10 values whose visits are withheld.</summary>
    public ImmutableArray<string> SensitiveFacilities { get; init; } = [];
    public ImmutableArray<string> SensitiveUnits { get; init; } = [];
    public ImmutableArray<string> SensitiveServices { get; init; } = [];

    /// <summary>IANA zone of its timestamps without offset.</summary>
    public string TimeZone { get; init; } = "America/New_York";

    /// <summary>How it is reached for exports, and how its <c>$bulk-submit</c> is recognised.</summary>
    public SourceConnection Connection { get => field ?? new(); init; } = new();

    /// <summary>By what its claims are recognised, and what its feed adds up to.</summary>
    public ClaimSettings Claims { get; init; } = new();

    public IEnumerable<string> MemberAuthorities => Authorities.IsEmpty ? [Id] : Authorities;
}
