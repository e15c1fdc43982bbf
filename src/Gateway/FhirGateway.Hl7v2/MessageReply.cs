namespace FhirGateway.Hl7v2;

/// <summary>
/// What goes back for one payload: nothing, or one or two messages, each in a frame of its own and in this order. Two where the
/// sender asked for the accept level and for the application level (enhanced mode).
/// </summary>
public readonly record struct MessageReply(ReadOnlyMemory<byte> First, ReadOnlyMemory<byte> Second = default)
{
    /// <summary>The sender wants no answer.</summary>
    public bool IsEmpty => First.IsEmpty;

    /// <summary>What says most, for a way that carries one answer only.</summary>
    public ReadOnlyMemory<byte> Last => Second.IsEmpty ? First : Second;

    public static implicit operator MessageReply(ReadOnlyMemory<byte> only) => new(only);

    public static implicit operator MessageReply(byte[] only) => new(only);

    public override string ToString() => $"MessageReply({First.Length} and {Second.Length} bytes)";
}
