using System.Collections.Immutable;
using FhirGateway.Normalization.Adt;

namespace FhirGateway.Normalization.FhirMessages;

/// <summary>An event, or everything that is wrong with the message.</summary>
public sealed record FhirMessageReading
{
    public AdtEvent? Event { get; private init; }

    /// <summary>Names of the units and services of the visit, for labels.</summary>
    public ImmutableArray<string> Places { get; private init; } = [];

    /// <summary>Empty on success.</summary>
    public ImmutableArray<FhirMessageFault> Faults { get; private init; } = [];

    /// <summary>Not even a Bundle of a message: nothing else of it was looked at.</summary>
    public bool IsUnreadable { get; private init; }

    public static FhirMessageReading Of(AdtEvent read, ImmutableArray<string> places) => new() { Event = read, Places = places };

    public static FhirMessageReading Unreadable(string code, string expression, string text) =>
        new() { IsUnreadable = true, Faults = [new FhirMessageFault(code, expression, text)] };

    public static FhirMessageReading Refused(IEnumerable<FhirMessageFault> faults) => new() { Faults = [.. faults] };

    public override string ToString() => $"FhirMessageReading({Event}, {Faults.Length} faults)";
}
