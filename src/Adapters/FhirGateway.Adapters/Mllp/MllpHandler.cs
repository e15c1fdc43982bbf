using FhirGateway.Hl7v2;

namespace FhirGateway.Adapters.Mllp;

/// <summary>Takes one message and returns the reply, each part of which goes back in a frame of its own; empty for no reply.</summary>
/// <param name="message">The payload of the frame. Valid only until the handler returns.</param>
/// <param name="peer">Who sent it.</param>
/// <param name="cancellationToken">Cancelled when a drain runs out of time or the peer's connection is given up.</param>
/// <remarks>If it throws, the connection is closed without a reply, so that the sender keeps the message.</remarks>
public delegate ValueTask<MessageReply> MllpHandler(ReadOnlyMemory<byte> message, MllpPeer peer, CancellationToken cancellationToken);
