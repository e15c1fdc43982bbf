namespace FhirGateway.Processing;

/// <summary>How a roster file is to be taken.</summary>
public sealed record RosterOptions
{
    /// <summary>Participant of rows that name none.</summary>
    public string? Participant { get; init; }

    /// <summary>The file only adds and changes; without it the file replaces all of (payer, contract).</summary>
    public bool ChangesOnly { get; init; }

    /// <summary>Do not stop when more than <see cref="DropShareToConfirm"/> would drop.</summary>
    public bool Confirmed { get; init; }

    /// <summary>A replacement that ends more than this share is more likely a broken file than a real change.</summary>
    public const double DropShareToConfirm = 0.20;
}
