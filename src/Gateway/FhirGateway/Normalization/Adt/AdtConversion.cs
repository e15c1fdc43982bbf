using FhirGateway.Contracts;

namespace FhirGateway.Normalization.Adt;

/// <summary>An event, or the reason why there is none.</summary>
public sealed record AdtConversion
{
    public AdtEvent? Event { get; private init; }

    /// <summary>A code of <see cref="ReasonCodes"/>; null on success.</summary>
    public string? Reason { get; private init; }

    /// <summary>Where: a segment or field such as PID-3; null if the message as a whole.</summary>
    public string? Path { get; private init; }

    public static AdtConversion Of(AdtEvent converted) => new() { Event = converted };

    public static AdtConversion Failed(string reason, string? path) => new() { Reason = reason, Path = path };
}
