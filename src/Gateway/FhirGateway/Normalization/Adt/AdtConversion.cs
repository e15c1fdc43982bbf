using System.Collections.Immutable;
using FhirGateway.Contracts;

namespace FhirGateway.Normalization.Adt;

/// <summary>
/// The events of a message, one for each of its patients, or the reason why there is none; or both, where what it says of the person is
/// understood and the rest is to be held.
/// </summary>
public sealed record AdtConversion
{
    public ImmutableArray<AdtEvent> Events { get; private init; } = [];

    /// <summary>The first; null if there is none.</summary>
    public AdtEvent? Event => Events.IsEmpty ? null : Events[0];

    /// <summary>A code of <see cref="ReasonCodes"/>: the message is to be held; null on success.</summary>
    public string? Reason { get; private init; }

    /// <summary>Where: a segment or field such as PID-3; null if the message as a whole.</summary>
    public string? Path { get; private init; }

    public static AdtConversion Of(AdtEvent converted) => new() { Events = [converted] };

    public static AdtConversion Of(ImmutableArray<AdtEvent> converted) => new() { Events = converted };

    /// <summary>What is said of the person goes on, the message is held all the same.</summary>
    public static AdtConversion Held(AdtEvent person, string reason, string path) => new() { Events = [person], Reason = reason, Path = path };

    public static AdtConversion Failed(string reason, string? path) => new() { Reason = reason, Path = path };
}
