using System.Collections.Immutable;

namespace FhirGateway.Contracts;

/// <summary>The streams of a participant: one ordered log each.</summary>
public static class StreamNames
{
    public const string Adt = "adt";
    public const string Claims = "claims";
    public const string Clinical = "clinical";
    public const string Roster = "roster";

    /// <summary>Every stream, in the order in which the gateway numbers them from 1.</summary>
    public static readonly ImmutableArray<string> All = [Adt, Claims, Clinical, Roster];
}
