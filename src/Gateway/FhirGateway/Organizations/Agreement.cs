namespace FhirGateway.Organizations;

/// <summary>What lets data flow from one source to one participant. Nothing flows without one.</summary>
public sealed record Agreement
{
    /// <summary>Number inside the state store; 0 before it is added.</summary>
    public int Number { get; init; }
    public required string Id { get; init; }
    public required string Source { get; init; }
    public required string Participant { get; init; }

    /// <summary>Where given, only attributions under this contract count.</summary>
    public string? Contract { get; init; }
    public string? LineOfBusiness { get; init; }
    public DataClasses Classes { get; init; } = DataClasses.All;

    /// <summary>Why the law allows it, and to what end: both are written into every disclosure.</summary>
    public string Basis { get; init; } = "treatment-payment-operations";
    public string Purpose { get; init; } = "care-coordination";

    /// <summary>First and last day on which anything is released; null is open.</summary>
    public DateOnly? Start { get; init; }
    public DateOnly? End { get; init; }

    /// <summary>Days before an attribution's start from which services are included.</summary>
    public int LookBackDays { get; init; }

    /// <summary>Days after an attribution's end on which services of its period are still released.</summary>
    public int RunOutDays { get; init; }

    /// <summary>Days between learning of an attribution and the first release under it.</summary>
    public int NoticeDays { get; init; }

    /// <summary>
    /// Days before an attribution begins, or is learned of, from which ADT events of a patient are told who joins; null for the attribution's
    /// whole period and the look-back, like all else.
    /// </summary>
    public int? RecentDays { get; init; }

    /// <summary>Whether ADT events also go to the participant where the message names one of its NPIs as the patient's primary care.</summary>
    public bool RoutesToPcp { get; init; }

    /// <summary>Made by loading a roster or panel; replaced by the first agreement that an operator adds for the same pair.</summary>
    public bool IsDefault { get; init; }

    public bool IsActiveOn(DateOnly day) => (Start is null || Start <= day) && (End is null || day <= End);
}
