namespace FhirGateway.Processing;

/// <summary>What the relay does for one topic.</summary>
public enum RelayState
{
    /// <summary>It compares the topic and its log with what is stored.</summary>
    Checking,

    /// <summary>It delivers, or waits for events.</summary>
    Delivering,

    /// <summary>The broker or the store does not answer, or the topic may not be written; it tries again by itself.</summary>
    Waiting,

    /// <summary>It will not deliver until an operator has looked: see the reason.</summary>
    Stopped,
}
