using FhirGateway.Attributions;
using FhirGateway.Organizations;

namespace FhirGateway.Release;

/// <summary>Whether a resource may go to a participant, and under what.</summary>
/// <param name="Reason">A code of <see cref="Contracts.ReasonCodes"/> where it may not go; null where it may.</param>
/// <param name="Agreement">The agreement that opens it.</param>
/// <param name="Attribution">The attribution or panel row that opens it; null where the feed itself does.</param>
public readonly record struct ReleaseDecision(string? Reason, Agreement? Agreement, Attribution? Attribution)
{
    /// <summary>The NPI by which the message names the participant, where that opens it and no attribution does.</summary>
    public string? RoutedBy { get; init; }

    public bool Released => Reason is null;

    /// <summary>The source's amounts go to nobody, whatever the agreement says.</summary>
    public bool AmountsWithheld { get; init; }

    /// <summary>Whether amounts of claims may go as well.</summary>
    public bool WithAmounts => !AmountsWithheld && Agreement is { } a && a.Classes.HasFlag(DataClasses.ClaimAmounts);
}
