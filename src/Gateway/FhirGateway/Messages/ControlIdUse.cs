namespace FhirGateway.Messages;

/// <summary>What is known of a message's source and MSH-10 within the replay window.</summary>
public enum ControlIdUse
{
    /// <summary>Nothing.</summary>
    New,

    /// <summary>The same bytes came under it.</summary>
    Repeated,

    /// <summary>Other bytes came under it: control ids wrap and reset, or two senders share one name.</summary>
    Reused,
}
