namespace FhirGateway.Hl7v2;

/// <summary>What an acknowledgement says, apart from what it repeats of the message.</summary>
public sealed record Acknowledgement
{
    public required AckCode Code { get; init; }

    /// <summary>The acknowledgement's own MSH-10, unique; ASCII.</summary>
    public required string ControlId { get; init; }

    /// <summary>Time of answering (MSH-7).</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>ERR-3, for AE and AR.</summary>
    public Hl7ErrorCode Error { get; init; }

    /// <summary>ERR-2 with carets, such as PID, PID^1^3 or MSH^1^9^1^2; rewritten with the message's own delimiters.</summary>
    public string? Location { get; init; }

    /// <summary>ERR-8 or MSA-3: fixed text, never a value of the message.</summary>
    public string? Text { get; init; }
}
